import { screen, waitFor, within } from "@solidjs/testing-library";
import { beforeEach, describe, expect, test } from "vitest";
import { eventTypeByStatus } from "../../../shared/contract/api/events.ts";
import Events from "../routes/(signed-in)/index.tsx";
import { eventExample } from "./examples.ts";
import { failing, never, startFakeApi } from "./fake-api.ts";
import { renderPage } from "./render-page.tsx";

const noCounts = Object.fromEntries(Object.values(eventTypeByStatus).map((type) => [type, 0]));
const working = { state: "verified" };
const answers = {
  "GET /connections": () => ({ body: { items: [working] } }),
  "GET /api-keys": () => ({ body: { items: [{ keyId: "key_1" }] } }),
  "GET /stats": () => ({ body: { days: [], totals: noCounts } }),
  "GET /events": () => ({ body: { items: [eventExample()] } }),
};

describe("the page of events", () => {
  beforeEach(() => {
    // jsdom has no media queries.
    globalThis.matchMedia = () => Object.assign(new EventTarget(), { matches: false }) as MediaQueryList;
    return () => Reflect.deleteProperty(globalThis, "matchMedia");
  });

  test("says that it is loading", async () => {
    startFakeApi({ ...answers, "GET /connections": never });

    renderPage(Events);

    expect(await screen.findByRole("status", { name: "Loading" })).toBeTruthy();
    expect(screen.queryByRole("table")).toBeNull();
  });

  test("shows the events, and no first steps to those who took them", async () => {
    startFakeApi(answers);

    renderPage(Events);

    const table = await screen.findByRole("table", { name: "Events" });
    expect(within(table).getByRole("link", { name: "Your order" })).toBeTruthy();
    expect(screen.queryByRole("heading", { name: "First steps" })).toBeNull();
  });

  test("tells a newcomer what to do next", async () => {
    startFakeApi({
      ...answers,
      "GET /connections": () => ({ body: { items: [{ state: "pending" }] } }),
      "GET /events": () => ({ body: { items: [] } }),
    });

    renderPage(Events);

    const steps = await screen.findByRole("region", { name: "First steps" });
    const [connect, send] = within(steps).getAllByRole("listitem");
    expect(connect?.textContent).not.toContain("Done");
    expect(send?.textContent).toContain("Done");
    expect(await screen.findByText("No events here")).toBeTruthy();
  });

  test("shows the events even when the numbers fail", async () => {
    startFakeApi({ ...answers, "GET /stats": () => failing("No numbers now.") });

    renderPage(Events);

    expect(await screen.findByRole("table", { name: "Events" })).toBeTruthy();
    expect(screen.getByText("No numbers now.")).toBeTruthy();
  });

  test("asks the API for what the address bar says", async () => {
    const api = startFakeApi(answers);

    renderPage(Events, "/?status=opened%2Cclicked&recipient=ada%40customer.example&from=2026-11-01&to=2026-11-23");

    await screen.findByRole("table", { name: "Events" });
    expect(api.requests).toContain(
      "GET /events?status=opened%2Cclicked&recipient=ada%40customer.example&from=2026-11-01&to=2026-11-23",
    );
    expect(screen.getByRole("button", { name: "Clicked" }).getAttribute("aria-pressed")).toBe("true");
    expect(screen.getByRole("button", { name: "Sent" }).getAttribute("aria-pressed")).toBe("false");
  });

  test("writes a chosen status into the address bar, and shows its events", async () => {
    startFakeApi({
      ...answers,
      "GET /events": (url: URL) => {
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

  test("says how far back a search got that found nothing yet", async () => {
    const body = { items: [], cursor: "c", searchedTo: "2026-11-01T00:00:00.000Z" };
    startFakeApi({ ...answers, "GET /events": () => ({ body }) });

    renderPage(Events);

    expect(await screen.findByText(/^Searched back to .*2026-11-01T00:00:00.000Z/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Search further back" })).toBeTruthy();
  });
});
