import { screen, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import type { EventView } from "../../../../shared/contract/api/events.ts";
import { eventExample } from "../../test/examples.ts";
import { renderInRouter } from "../../test/render-page.tsx";
import { EventList } from "./event-list.tsx";

const renderRow = async (change: Partial<EventView>) => {
  renderInRouter(() => <EventList events={[eventExample(change)]} />);
  const [, row] = within(await screen.findByRole("table", { name: "Events" })).getAllByRole("row");
  if (!row) throw new Error("there is no row");
  return within(row);
};

describe("a row of the event list", () => {
  test("leads to its message and to everything about its recipient", async () => {
    const row = await renderRow({ messageId: "id/1", recipient: "ada+label@customer.example", subject: "Your order" });

    expect(row.getByRole("link", { name: "Your order" }).getAttribute("href")).toBe("/messages/id%2F1");
    expect(row.getByRole("link", { name: "ada+label@customer.example" }).getAttribute("href")).toBe(
      "/recipients/ada%2Blabel%40customer.example",
    );
  });

  test("names nobody where it could be any of several people", async () => {
    const row = await renderRow({ type: "open", recipient: null, attribution: "ambiguous" });

    expect(row.getByText("one of several recipients")).toBeTruthy();
    expect(row.getAllByRole("link")).toHaveLength(1);
  });

  test("leads nowhere for a recipient who was erased", async () => {
    const row = await renderRow({ recipient: "erased:4Zq1" });

    expect(row.getByText("erased")).toBeTruthy();
    expect(row.getAllByRole("link")).toHaveLength(1);
  });

  test("says who caused an open or a click, and why that is thought", async () => {
    const row = await renderRow({ type: "open", verdict: "scanner", verdictReason: "SES takes it for a machine's." });

    const badge = row.getByText("Scanner");
    expect(badge.closest("[title]")?.getAttribute("title")).toContain("SES takes it for a machine's.");
  });

  test("shows the link that was clicked", async () => {
    const row = await renderRow({ type: "click", link: "https://shop.example/orders/1?a=b" });

    expect(row.getByText("Clicked")).toBeTruthy();
    expect(row.getByText("shop.example/orders/1?a=b").getAttribute("title")).toBe("https://shop.example/orders/1?a=b");
  });

  test("shows what kind of bounce it was", async () => {
    const row = await renderRow({ type: "bounce", bounce: { type: "Permanent", subType: "General" } });

    expect(row.getByText("Bounced")).toBeTruthy();
    expect(row.getByText("Permanent · General")).toBeTruthy();
  });

  test("says of a bounce that may be an automatic reply that it may be one", async () => {
    const row = await renderRow({ type: "bounce", bounce: { type: "Transient", subType: "General" } });

    const cell = row.getByText(/Transient · General/);
    expect(cell.textContent).toBe("Transient · General (out of office?)");
    expect(row.getByText("(out of office?)").title).toContain("Automatic replies");
  });

  test("shows the reason that SES gave", async () => {
    const row = await renderRow({ type: "reject", reason: "Bad content" });

    expect(row.getByText("Bad content")).toBeTruthy();
  });

  test("says when it happened to the millisecond, for those who ask", async () => {
    const row = await renderRow({ occurredAt: "2026-11-23T08:00:00.123Z" });

    const time = row.getByText((_, element) => element?.tagName === "TIME");
    expect(time.getAttribute("datetime")).toBe("2026-11-23T08:00:00.123Z");
    expect(time.title).toContain("2026-11-23T08:00:00.123Z");
  });

  test("leads to its message even without a subject", async () => {
    const row = await renderRow({ subject: "" });

    expect(row.getByRole("link", { name: "(no subject)" })).toBeTruthy();
  });
});
