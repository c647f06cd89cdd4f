import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import type { SuppressionReasonView, SuppressionView } from "../../../shared/contract/api/suppressions.ts";
import Suppressions from "../routes/(signed-in)/suppressions.tsx";
import { failing, never, startFakeApi } from "./fake-api.ts";
import { givesNativeDialogs } from "./native-dialogs.ts";
import { renderPage } from "./render-page.tsx";
import { recordSavedFiles } from "./saved-files.ts";

const path = "GET /suppression-list";
const because = (change: Partial<SuppressionReasonView> = {}): SuppressionReasonView => ({
  reason: "bounce",
  since: "2026-11-23T08:00:00.000Z",
  ...change,
});
const suppressed = (address: string, change?: Partial<SuppressionReasonView>): SuppressionView => ({
  address,
  ...because(change),
  reasons: [because(change)],
});

const shownAddresses = async () =>
  within(await screen.findByRole("list", { name: "Suppressed addresses" }))
    .getAllByTitle(/^All mail to /)
    .map((link) => link.textContent);

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

    const why = await screen.findByRole("list", { name: "Why a@customer.example is suppressed" });
    expect(why.textContent).toMatch(/^Complained\s*possibly/);
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

  test("shows each reason, and of an unsubscribe the list that was left", async () => {
    const reasons = [because(), because({ reason: "unsubscribe", list: "news" })];
    const item = { ...suppressed("a@customer.example"), reasons };
    startFakeApi({ [path]: () => ({ body: { items: [item] } }) });

    renderPage(Suppressions);

    const why = await screen.findByRole("list", { name: "Why a@customer.example is suppressed" });
    expect(
      within(why)
        .getAllByRole("listitem")
        .map((one) => one.textContent),
    ).toEqual([expect.stringMatching(/^Bounced/), expect.stringMatching(/^Unsubscribed\s*news/)]);
  });

  test("asks for one reason, which the address bar then names", async () => {
    const api = startFakeApi({ [path]: () => ({ body: { items: [] } }) });
    renderPage(Suppressions);

    (await screen.findByRole("button", { name: "Unsubscribed" })).click();

    expect(await screen.findByText("Nobody is suppressed for this reason")).toBeTruthy();
    expect(api.requests.at(-1)).toBe("GET /suppression-list?reason=unsubscribe");
    expect(screen.getByRole("button", { name: "Unsubscribed" }).getAttribute("aria-pressed")).toBe("true");
  });

  test("looks further where a filtered page came back empty", async () => {
    startFakeApi({
      [path]: (url) => ({
        body: url.searchParams.has("cursor")
          ? { items: [suppressed("late@customer.example")] }
          : { items: [], cursor: "next" },
      }),
    });
    renderPage(Suppressions, "/suppressions?reason=bounce");

    (await screen.findByRole("button", { name: "Look further" })).click();

    expect(await shownAddresses()).toEqual(["late@customer.example"]);
  });

  test("removes one reason once that is confirmed, and shows the list anew", async () => {
    givesNativeDialogs();
    const item = suppressed("a@customer.example", { reason: "unsubscribe", list: "news" });
    const api = startFakeApi({
      [path]: () => ({ body: { items: [item] } }),
      "DELETE /suppression-list/a%40customer.example": () => {
        api.routes[path] = () => ({ body: { items: [] } });
        return { status: 204, body: undefined };
      },
    });
    renderPage(Suppressions);

    (await screen.findByRole("button", { name: "Remove" })).click();
    const dialog = within(await screen.findByRole("dialog", { name: "Mail a@customer.example again?" }));
    expect(api.requests).toEqual(["GET /suppression-list"]);
    dialog.getByRole("button", { name: "Remove" }).click();

    expect(await screen.findByText("Nobody is suppressed")).toBeTruthy();
    expect(api.requests[1]).toBe("DELETE /suppression-list/a%40customer.example?reason=unsubscribe&list=news");
  });

  test("suppresses an address, says what is wrong with it, and shows the list anew", async () => {
    givesNativeDialogs();
    let sentBody: unknown;
    const api = startFakeApi({
      [path]: () => ({ body: { items: [] } }),
      "POST /suppression-list": (_, sent) => {
        sentBody = sent;
        return failing("Not now.");
      },
    });
    renderPage(Suppressions);
    (await screen.findByRole("button", { name: "Suppress an address" })).click();
    const dialog = within(await screen.findByRole("dialog", { name: "Suppress an address" }));
    fireEvent.input(dialog.getByLabelText("Address to suppress"), { target: { value: " new@customer.example " } });
    dialog.getByRole("button", { name: "Suppress" }).click();
    await dialog.findByText("Not now.");

    api.routes["POST /suppression-list"] = () => ({ status: 201, body: { items: [] } });
    api.routes[path] = () => ({ body: { items: [suppressed("new@customer.example", { reason: "manual" })] } });
    dialog.getByRole("button", { name: "Suppress" }).click();

    expect(await shownAddresses()).toEqual(["new@customer.example"]);
    expect(sentBody).toEqual({ address: "new@customer.example" });
  });
});

describe("the suppression list as a file", () => {
  const saved = recordSavedFiles();
  const one = { [path]: () => ({ body: { items: [suppressed("bounced@customer.example")] } }) };

  test("is saved as NDJSON", async () => {
    const api = startFakeApi({ ...one, "GET /suppression-list/export": () => ({ body: "{}\n" }) });
    renderPage(Suppressions);

    (await screen.findByRole("button", { name: "NDJSON" })).click();

    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]?.name).toMatch(/^suppression-list-.*\.ndjson$/);
    expect(api.requests).toContain("GET /suppression-list/export?format=ndjson");
  });

  test("is not offered where only some are shown: it is of all", async () => {
    startFakeApi(one);
    renderPage(Suppressions, "/?reason=bounce");

    await screen.findByRole("list", { name: "Suppressed addresses" });

    expect(screen.queryByRole("button", { name: "NDJSON" })).toBeNull();
  });
});
