import { describe, expect, test } from "vitest";
import { startFakeApi } from "../test/fake-api.ts";
import { messageOf, readableError, request, RequestError } from "./http.ts";
import { onSessionEnd } from "./session-end.ts";

describe("an error for a person", () => {
  test("is the API's own message", () => {
    const error = readableError(409, { error: { code: "conflict", message: "The account is connected already." } });

    expect(error).toMatchObject({ code: "conflict", message: "The account is connected already." });
  });

  test("names the fields that are wrong", () => {
    const details = [
      { path: "accountId", message: "must be 12 digits" },
      { path: "region", message: "must be a region" },
    ];

    const error = readableError(400, { error: { code: "invalid_request", message: "Check the input.", details } });

    expect(error.message).toBe("Check the input. accountId must be 12 digits; region must be a region");
  });

  test("does not repeat fields that the message names", () => {
    const details = [{ path: "query.tag", message: "must be written as name:value" }];
    const message = "query.tag must be written as name:value.";

    expect(readableError(400, { error: { code: "invalid_request", message, details } }).message).toBe(message);
  });

  test("is API Gateway's message where our functions were not reached", () => {
    expect(readableError(404, { message: "Not Found" }).message).toBe("Not Found");
  });

  test("says what to do about a body that API Gateway refuses by itself", () => {
    const error = readableError(413, { message: "Request Entity Too Large" });

    expect([error.code, error.message]).toEqual(["too_large", "This is too large. Send less at once."]);
  });

  test("says something when nothing was said", () => {
    expect(readableError(503, {}).message).toContain("503");
  });

  test("of whatever was thrown is text", () => {
    expect(messageOf(new Error("broken"))).toBe("broken");
    expect(messageOf("broken")).toBe("broken");
  });
});

describe("a request", () => {
  const countSessionEnds = () => {
    const counted = { ends: 0, stop: onSessionEnd(() => (counted.ends += 1)) };
    return counted;
  };

  test("answers the JSON of the API", async () => {
    startFakeApi({ "GET /stats": () => ({ body: { days: [] } }) });

    expect(await request("GET", "/stats")).toEqual({ days: [] });
  });

  test("answers nothing to 204", async () => {
    startFakeApi({ "DELETE /api-keys/key_1": () => ({ status: 204, body: null }) });

    expect(await request("DELETE", "/api-keys/key_1")).toBeUndefined();
  });

  test("that is refused tells that the session ended, once", async () => {
    startFakeApi({ "GET /stats": () => ({ status: 401, body: { message: "Unauthorized" } }) });
    const counted = countSessionEnds();

    await expect(request("GET", "/stats")).rejects.toMatchObject({ code: "unauthenticated" });

    expect(counted.ends).toBe(1);
    counted.stop();
  });

  test("of nobody asks nothing of the API", async () => {
    const api = startFakeApi({}, { signedIn: false });
    const counted = countSessionEnds();

    await expect(request("GET", "/stats")).rejects.toBeInstanceOf(RequestError);

    expect(api.requests).toEqual([]);
    expect(counted.ends).toBe(1);
    counted.stop();
  });

  test("that fails for another reason leaves the session alone", async () => {
    startFakeApi({ "GET /stats": () => ({ status: 503, body: {} }) });
    const counted = countSessionEnds();

    await expect(request("GET", "/stats")).rejects.toMatchObject({ code: "internal" });

    expect(counted.ends).toBe(0);
    counted.stop();
  });

  test("that does not arrive says so", async () => {
    startFakeApi({});

    await expect(request("GET", "/stats")).rejects.toMatchObject({ code: "offline" });
  });
});
