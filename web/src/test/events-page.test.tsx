import { screen, waitFor, within } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import Events from "../routes/(signed-in)/events.tsx";
import { eventExample } from "./examples.ts";
import { failing, never, startFakeApi } from "./fake-api.ts";
import { recordSavedFiles } from "./saved-files.ts";
import { renderPage } from "./render-page.tsx";

const path = "GET /events";
const oneEvent = { [path]: () => ({ body: { items: [eventExample()] } }) };

beforeEach(() => {
  vi.stubEnv("TZ", "Europe/Berlin");
});
afterEach(() => vi.unstubAllEnvs());

describe("the page of events", () => {
  test("says that it is loading", async () => {
    startFakeApi({ [path]: never });

    renderPage(Events);

    expect(await screen.findByRole("status", { name: "Loading" })).toBeTruthy();
    expect(screen.queryByRole("table")).toBeNull();
  });

  test("asks for the last 30 days of the reader's calendar, when nothing else is said", async () => {
    const api = startFakeApi(oneEvent);

    renderPage(Events);

    const table = await screen.findByRole("table", { name: "Events" });
    expect(within(table).getByRole("link", { name: "Your order" })).toBeTruthy();
    // The page refreshes itself: as often as the machine gives it time to.
    expect(new Set(api.requests)).toEqual(new Set(["GET /events?period=30d&tz=Europe%2FBerlin"]));
    expect(screen.getByRole("button", { name: "30 days" }).getAttribute("aria-pressed")).toBe("true");
  });

  test("asks the API for what the address bar says", async () => {
    const api = startFakeApi(oneEvent);
    const filters =
      "status=opened%2Cclicked&verdict=person&recipient=ada%40customer.example&q=order&tag=campaign%3Aautumn";

    renderPage(Events, `/?${filters}&from=2026-11-01&to=2026-11-23`);

    await screen.findByRole("table", { name: "Events" });
    const [asked = ""] = api.requests;
    expect(Object.fromEntries(new URLSearchParams(asked.slice(asked.indexOf("?"))))).toEqual({
      status: "opened,clicked",
      verdict: "person",
      recipient: "ada@customer.example",
      q: "order",
      tag: "campaign:autumn",
      from: "2026-11-01",
      to: "2026-11-23",
      tz: "Europe/Berlin",
    });
    const isPressed = (name: string) => screen.getByRole("button", { name }).getAttribute("aria-pressed");
    expect(["Clicked", "Sent", "Person", "Scanner", "Custom"].map(isPressed)).toEqual([
      "true",
      "false",
      "true",
      "false",
      "true",
    ]);
  });

  test("writes a chosen status into the address bar, and shows its events", async () => {
    startFakeApi({
      [path]: (url: URL) => {
        const isFiltered = url.searchParams.get("status") === "opened";
        return { body: { items: isFiltered ? [eventExample({ eventId: "2", subject: "Opened mail" })] : [] } };
      },
    });
    const history = renderPage(Events);
    await screen.findByText("No events here");

    screen.getByRole("button", { name: "Opened" }).click();

    expect(await screen.findByRole("link", { name: "Opened mail" })).toBeTruthy();
    await waitFor(() => expect(history.get()).toBe("/?status=opened"));
  });

  test("takes several verdicts, and drops one that is chosen again", async () => {
    startFakeApi(oneEvent);
    const history = renderPage(Events);

    (await screen.findByRole("button", { name: "Scanner" })).click();
    await waitFor(() => expect(history.get()).toBe("/?verdict=scanner"));
    screen.getByRole("button", { name: "Privacy proxy" }).click();
    await waitFor(() => expect(history.get()).toBe("/?verdict=scanner%2CprivacyProxy"));
    screen.getByRole("button", { name: "Scanner" }).click();

    await waitFor(() => expect(history.get()).toBe("/?verdict=privacyProxy"));
  });

  test("puts another period in the place of days of one's own", async () => {
    startFakeApi(oneEvent);
    const history = renderPage(Events, "/?from=2026-11-01&to=2026-11-23&status=sent");

    (await screen.findByRole("button", { name: "7 days" })).click();

    await waitFor(() => expect(history.get()).toBe("/?status=sent&period=7d"));
    expect(screen.queryByLabelText("From")).toBeNull();
  });

  test("says how far back a search got that found nothing yet", async () => {
    const body = { items: [], cursor: "c", searchedTo: "2026-11-01T00:00:00.000Z" };
    startFakeApi({ [path]: () => ({ body }) });

    renderPage(Events);

    expect(await screen.findByText(/^Searched back to .*2026-11-01T00:00:00.000Z/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Search further back" })).toBeTruthy();
  });
});

describe("the export of events", () => {
  const saved = recordSavedFiles();

  test("makes one file of all its parts, with the filters of the list", async () => {
    const api = startFakeApi({
      ...oneEvent,
      "GET /events/export": ({ searchParams }) =>
        searchParams.get("cursor") === "2"
          ? { body: "second\r\n" }
          : { body: "head\r\nfirst\r\n", headers: { "x-next-cursor": "2" } },
    });
    renderPage(Events, "/?status=opened");

    (await screen.findByRole("button", { name: "CSV" })).click();

    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]?.name).toMatch(/^events-\d{4}-\d\d-\d\d\.csv$/);
    expect(await saved[0]?.text).toBe("head\r\nfirst\r\nsecond\r\n");
    const asked = "GET /events/export?status=opened&period=30d&tz=Europe%2FBerlin&format=csv";
    expect(api.requests.filter((request) => request.includes("export"))).toEqual([asked, `${asked}&cursor=2`]);
  });

  test("keeps to the filters that it began with", async () => {
    const first = Promise.withResolvers<{ body: string; headers: Record<string, string> }>();
    const api = startFakeApi({
      ...oneEvent,
      "GET /events/export": ({ searchParams }) => (searchParams.has("cursor") ? { body: "second\n" } : first.promise),
    });
    const history = renderPage(Events, "/?status=opened");
    (await screen.findByRole("button", { name: "NDJSON" })).click();
    screen.getByRole("button", { name: "Clicked" }).click();
    await waitFor(() => expect(history.get()).toContain("clicked"));

    first.resolve({ body: "first\n", headers: { "x-next-cursor": "2" } });

    await waitFor(() => expect(saved).toHaveLength(1));
    const exports = api.requests.filter((request) => request.includes("/export"));
    expect(exports.map((request) => new URLSearchParams(request.split("?")[1]).get("status"))).toEqual([
      "opened",
      "opened",
    ]);
  });

  test("goes on after a failure from the part that failed", async () => {
    const first = () => ({ body: "first\n", headers: { "x-next-cursor": "2" } });
    const api = startFakeApi({
      ...oneEvent,
      "GET /events/export": ({ searchParams }) => (searchParams.has("cursor") ? failing("Not now.") : first()),
    });
    renderPage(Events);
    (await screen.findByRole("button", { name: "NDJSON" })).click();
    await screen.findByText("Not now.");
    expect(saved).toEqual([]);

    api.routes["GET /events/export"] = ({ searchParams }) =>
      searchParams.has("cursor") ? { body: "second\n" } : failing("It began anew.");
    screen.getByRole("button", { name: "Go on" }).click();

    await waitFor(() => expect(saved).toHaveLength(1));
    expect(await saved[0]?.text).toBe("first\nsecond\n");
  });

  test("can be given up", async () => {
    startFakeApi({ ...oneEvent, "GET /events/export": never });
    renderPage(Events);
    (await screen.findByRole("button", { name: "CSV" })).click();
    await screen.findByText(/^Exporting/);

    screen.getByRole("button", { name: "Cancel" }).click();

    expect(await screen.findByRole("button", { name: "CSV" })).toBeTruthy();
    expect(saved).toEqual([]);
  });
});
