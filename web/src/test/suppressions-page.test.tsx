import { screen, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import type { SuppressionView } from "../../../shared/contract/api/suppressions.ts";
import Suppressions from "../routes/(signed-in)/suppressions.tsx";
import { failing, never, startFakeApi } from "./fake-api.ts";
import { renderPage } from "./render-page.tsx";

const path = "GET /suppression-list";
const suppressed = (address: string, change: Partial<SuppressionView> = {}): SuppressionView => ({
  address,
  reason: "bounce",
  since: "2026-11-23T08:00:00.000Z",
  ...change,
});

const shownAddresses = async () =>
  within(await screen.findByRole("list", { name: "Suppressed addresses" }))
    .getAllByRole("listitem")
    .map((item) => within(item).getAllByRole("link")[0]?.textContent);

describe("the page of suppressions", () => {
  test("says that it is loading, under its heading", async () => {
    startFakeApi({ [path]: never });

    renderPage(Suppressions);

    expect(await screen.findByRole("status", { name: "Loading" })).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Suppressions" })).toBeTruthy();
  });

  test("says what would be here when nobody is suppressed", async () => {
    startFakeApi({ [path]: () => ({ body: { items: [] } }) });

    renderPage(Suppressions);

    expect(await screen.findByText("Nobody is suppressed")).toBeTruthy();
  });

  test("shows why it failed, and asks anew on a retry", async () => {
    const api = startFakeApi({ [path]: () => failing("Try again in a minute.") });
    renderPage(Suppressions);
    const retry = await screen.findByRole("button", { name: "Try again" });
    expect(screen.getByRole("alert").textContent).toContain("Try again in a minute.");

    api.routes[path] = () => ({ body: { items: [suppressed("bounced@customer.example")] } });
    retry.click();

    expect(await shownAddresses()).toEqual(["bounced@customer.example"]);
    expect(api.requests).toHaveLength(2);
  });

  test("leads from an address to its evidence", async () => {
    const evidence = { messageId: "message-1", eventId: "event-1" };
    startFakeApi({ [path]: () => ({ body: { items: [suppressed("a@customer.example", { evidence })] } }) });

    renderPage(Suppressions);

    const link = await screen.findByRole("link", { name: "Evidence" });
    expect(link.getAttribute("href")).toBe("/messages/message-1");
  });

  test("says when a complaint may be somebody else's", async () => {
    const item = suppressed("a@customer.example", { reason: "complaint", possible: true });
    startFakeApi({ [path]: () => ({ body: { items: [item] } }) });

    renderPage(Suppressions);

    expect((await screen.findByRole("listitem")).textContent).toMatch(/^Complained\s*possibly/);
  });

  test("looks up the one address that the address bar names", async () => {
    const api = startFakeApi({ [path]: () => ({ body: { items: [] } }) });

    renderPage(Suppressions, "/suppressions?address=a%2Bb%40customer.example");

    expect(await screen.findByText("This address may be mailed")).toBeTruthy();
    expect(api.requests).toEqual(["GET /suppression-list?address=a%2Bb%40customer.example"]);
  });

  test("keeps what it shows when a further page fails, and takes the page on another try", async () => {
    const first = { items: [suppressed("first@customer.example")], cursor: "next" };
    const second = { items: [suppressed("second@customer.example")] };
    const api = startFakeApi({
      [path]: (url) => (url.searchParams.get("cursor") === "next" ? failing("Not now.") : { body: first }),
    });
    renderPage(Suppressions);

    (await screen.findByRole("button", { name: "Load more" })).click();
    await screen.findByText("Not now.");
    expect(await shownAddresses()).toEqual(["first@customer.example"]);
    api.routes[path] = () => ({ body: second });
    screen.getByRole("button", { name: "Load more" }).click();

    await screen.findByText("second@customer.example");
    expect(await shownAddresses()).toEqual(["first@customer.example", "second@customer.example"]);
    expect(screen.queryByText("Not now.")).toBeNull();
  });
});
