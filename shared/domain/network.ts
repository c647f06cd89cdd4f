// Internet addresses: whose network one is in, and the part of one that may be kept. Knows nothing of mail.

/** Networks whose machines fetch what mail links to. */
export type Network = "apple" | "exchangeOnline" | "google" | "mailFilter" | "yahoo";

interface PublishedRanges {
  network: Network;
  source: string;
  ranges: readonly string[];
}

/** What their owners publish, collapsed to whole blocks where a list has thousands. */
const published: readonly PublishedRanges[] = [
  {
    network: "google",
    // Google's own machines: what https://www.gstatic.com/ipranges/cloud.json lends to customers is not in these blocks.
    source: "https://www.gstatic.com/ipranges/goog.json; https://support.google.com/a/answer/60764",
    ranges: [
      "64.233.160.0/19",
      "66.102.0.0/20",
      "66.249.64.0/19",
      "72.14.192.0/18",
      "74.125.0.0/16",
      "108.170.192.0/18",
      "108.177.0.0/17",
      "142.250.0.0/15",
      "172.217.0.0/16",
      "172.253.0.0/16",
      "173.194.0.0/16",
      "209.85.128.0/17",
      "216.58.192.0/19",
      "216.239.32.0/19",
      "2001:4860::/32",
      "2404:6800::/32",
      "2a00:1450::/32",
    ],
  },
  {
    network: "apple",
    // Apple's own block, and where its relays leave the networks of Akamai, Cloudflare and Fastly.
    source: "https://support.apple.com/101555; https://mask-api.icloud.com/egress-ip-ranges.csv",
    ranges: [
      "17.0.0.0/8",
      "104.28.0.0/16",
      "140.248.0.0/16",
      "146.75.0.0/16",
      "172.224.0.0/15",
      "172.226.0.0/16",
      "2606:54c0::/32",
      "2606:54c3::/32",
      "2a02:26f7::/32",
      "2a04:4e41::/32",
      "2a09:bac2::/31",
    ],
  },
  {
    network: "mailFilter",
    // Exchange Online Protection: `*.mail.protection.outlook.com` and `*.protection.outlook.com`.
    source: "https://endpoints.office.com/endpoints/worldwide, Exchange, id 10",
    ranges: [
      "40.92.0.0/15",
      "40.107.0.0/16",
      "52.100.0.0/14",
      "104.47.0.0/17",
      "2a01:111:f400::/48",
      "2a01:111:f403::/48",
    ],
  },
  {
    network: "exchangeOnline",
    // `outlook.office.com` and `outlook.office365.com`.
    source: "https://endpoints.office.com/endpoints/worldwide, Exchange, id 1",
    ranges: [
      "13.107.128.0/22",
      "23.103.160.0/20",
      "40.96.0.0/13",
      "40.104.0.0/15",
      "52.96.0.0/14",
      "132.245.0.0/16",
      "150.171.32.0/22",
      "2603:1000::/24",
      "2620:1ec:8f0::/46",
      "2620:1ec:900::/46",
    ],
  },
  {
    network: "yahoo",
    source: "https://senders.yahooinc.com/mail-proxy-servers",
    ranges: [
      "27.123.32.0/19",
      "67.195.0.0/16",
      "69.147.64.0/18",
      "87.248.96.0/19",
      "98.138.0.0/15",
      "106.10.128.0/17",
      "115.178.0.0/20",
      "119.161.0.0/19",
      "200.152.160.0/20",
      "202.43.192.0/19",
      "209.73.160.0/19",
      "212.82.96.0/19",
      "216.115.96.0/20",
      "2001:4998::/32",
      "2406:2000::/32",
      "2406:6e00::/32",
      "2804:1bc::/32",
      "2a00:1288::/32",
    ],
  },
];

interface Address {
  bits: bigint;
  width: 32 | 128;
}

const toBits = (parts: readonly number[], partWidth: bigint): bigint =>
  parts.reduce((bits, part) => (bits << partWidth) | BigInt(part), 0n);

const v4Spelling = /^\d{1,3}(?:\.\d{1,3}){3}$/;

const parseV4 = (text: string): number[] | undefined => {
  if (!v4Spelling.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
};

/** Groups of 16 bits; an IPv4 address may stand for the last two. */
const parseGroups = (text: string): number[] | undefined => {
  if (text === "") return [];
  const parts = text.split(":");
  const bytes = parts.at(-1)?.includes(".") ? parseV4(parts.pop() ?? "") : [];
  if (!bytes || parts.some((part) => !/^[0-9a-f]{1,4}$/i.test(part))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return [...parts.map((part) => Number.parseInt(part, 16)), ...(bytes.length > 0 ? [a * 256 + b, c * 256 + d] : [])];
};

const parseV6 = (text: string): number[] | undefined => {
  const halves = text.split("::");
  const groups = halves.map(parseGroups);
  const [head, tail] = groups;
  if (!head || groups.includes(undefined) || halves.length > 2) return undefined;
  if (!tail) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail.length;
  return missing > 0 ? [...head, ...Array.from({ length: missing }, () => 0), ...tail] : undefined;
};

/** The first 96 bits of an IPv4 address in IPv6's clothes (RFC 4291 section 2.5.5.2). */
const mappedV4 = 0xffffn;

const parseAddress = (text: string): Address | undefined => {
  const v4 = parseV4(text);
  if (v4) return { bits: toBits(v4, 8n), width: 32 };
  const v6 = parseV6(text.replace(/%.*$/, ""));
  if (!v6) return undefined;
  const bits = toBits(v6, 16n);
  return bits >> 32n === mappedV4 ? { bits: bits & 0xffff_ffffn, width: 32 } : { bits, width: 128 };
};

const prefixKey = ({ bits, width }: Address, length: number): string =>
  `${width}/${length}/${bits >> BigInt(width - length)}`;

const networkByPrefix = new Map<string, Network>();
const lengths: Record<Address["width"], Set<number>> = { 32: new Set(), 128: new Set() };
for (const { network, ranges } of published)
  for (const range of ranges) {
    const [text = "", length] = range.split("/");
    const address = parseAddress(text);
    if (!address) throw new TypeError(`${range} is no range`);
    lengths[address.width].add(Number(length));
    networkByPrefix.set(prefixKey(address, Number(length)), network);
  }

const networkOf = (address: Address): Network | undefined => {
  for (const length of lengths[address.width]) {
    const network = networkByPrefix.get(prefixKey(address, length));
    if (network) return network;
  }
  return undefined;
};

const reduce = ({ bits, width }: Address): string => {
  if (width === 32) return `${[24n, 16n, 8n].map((shift) => (bits >> shift) & 0xffn).join(".")}.0/24`;
  const groups = [112n, 96n, 80n].map((shift) => (bits >> shift) & 0xffffn);
  while (groups.at(-1) === 0n) groups.pop();
  return `${groups.map((group) => group.toString(16)).join(":")}::/48`;
};

export interface AddressTrace {
  /** The /24 of an IPv4 address, the /48 of an IPv6 one: `198.51.100.0/24`, `2001:db8:1::/48`. */
  ipAddress?: string;
  network?: Network;
}

/**
 * What may be remembered of an address: the part that it has in common with at least 255 others, and whose network it is in.
 * Nothing of a text that is no address: who knows what it is.
 */
export const traceOf = (text: string): AddressTrace => {
  const address = parseAddress(text.trim());
  if (!address) return {};
  const network = networkOf(address);
  return { ipAddress: reduce(address), ...(network && { network }) };
};
