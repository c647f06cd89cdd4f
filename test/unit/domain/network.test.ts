// What is remembered of an address: its /24 or /48, and whose network it is in.
import { describe, expect, test } from "vitest";
import { traceOf } from "../../../shared/domain/network.ts";

describe("an address is kept as its network", () => {
  test.each([
    ["192.0.2.1", "192.0.2.0/24"],
    ["198.51.100.255", "198.51.100.0/24"],
    [" 203.0.113.9 ", "203.0.113.0/24"],
    ["::ffff:198.51.100.7", "198.51.100.0/24"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
    ["2001:DB8:00ab::9", "2001:db8:ab::/48"],
    ["2001:db8::1", "2001:db8::/48"],
    ["2001:db8:1:2:3:4:198.51.100.7", "2001:db8:1::/48"],
    ["fe80::1%eth0", "fe80::/48"],
    ["::1", "::/48"],
  ])("%s as %s", (address, ipAddress) => {
    expect(traceOf(address)).toEqual({ ipAddress });
  });

  test.each([
    "",
    "unknown",
    "198.51.100",
    "198.51.100.256",
    "198.51.100.7:443",
    "1::2::3",
    "2001:db8:1:2:3:4:5",
    "2001:db8:1:2:3:4:5:6:7",
    "2001:db8::12345",
    "2001:db8::198.51.100.256",
  ])("%s is none, and nothing of it is kept", (text) => {
    expect(traceOf(text)).toEqual({});
  });
});

describe("an address is in the network of", () => {
  test.each([
    ["google", "66.249.81.214"],
    ["google", "108.177.2.32"],
    ["google", "2a00:1450:4001::5"],
    ["apple", "17.255.255.255"],
    ["apple", "172.225.7.17"],
    ["apple", "2a09:bac3:11::4"],
    ["mailFilter", "40.93.0.1"],
    ["mailFilter", "52.103.255.255"],
    ["exchangeOnline", "52.96.91.34"],
    ["yahoo", "98.139.255.1"],
  ])("%s: %s", (network, address) => {
    expect(traceOf(address)).toMatchObject({ network });
  });

  test.each(["66.249.96.1", "108.177.128.1", "18.0.0.0", "172.227.0.1", "40.94.0.1", "52.95.0.1", "2a09:bac4::1"])(
    "nobody in particular: %s",
    (address) => {
      expect(traceOf(address)).not.toHaveProperty("network");
    },
  );
});
