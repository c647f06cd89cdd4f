import { screen, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import type { OutcomeView } from "../../../../shared/contract/api/events.ts";
import { eventExample, outcomeExample } from "../../test/examples.ts";
import { renderInRouter } from "../../test/render-page.tsx";
import { OutcomeCard } from "./outcome-card.tsx";

const renderCard = async (change: Partial<OutcomeView>) => {
  renderInRouter(() => <OutcomeCard outcome={outcomeExample(change)} />);
  return within(await screen.findByRole("article", { name: "ada@customer.example" }));
};

/** The numbers under a term of the card's description list. */
const tallyOf = (card: Awaited<ReturnType<typeof renderCard>>, name: string) =>
  card.getByText(name, { selector: "dt" }).parentElement?.textContent;

describe("what became of a message for one person", () => {
  test("counts opens and clicks, with the first and the last", async () => {
    const card = await renderCard({
      opens: { total: 1, firstAt: "2026-11-23T08:00:00.000Z", lastAt: "2026-11-23T08:00:00.000Z" },
      clicks: { total: 2, firstAt: "2026-11-23T08:00:00.000Z", lastAt: "2026-11-23T09:00:00.000Z" },
    });

    expect(tallyOf(card, "Opens")).toMatch(/^Opens×1first (?!.*last)/);
    expect(tallyOf(card, "Clicks")).toMatch(/^Clicks×2first .*last /);
  });

  test("tells a person's opens from all of them", async () => {
    const at = "2026-11-23T09:00:00.000Z";
    const card = await renderCard({
      opens: { total: 5, byPersons: { total: 2, firstAt: at } },
      clicks: { total: 3, byPersons: { total: 0 } },
    });

    expect(tallyOf(card, "Opens")).toMatch(/^Opens×5.*×2 by personsfirst /);
    expect(tallyOf(card, "Clicks")).toBe("Clicks×3none by persons");
  });

  test("says why an open is whose, with which program and from which network", async () => {
    const card = await renderCard({
      status: "opened",
      events: [
        eventExample({
          type: "open",
          verdict: "imageProxy",
          verdictReason: "Gmail fetched the image for somebody who opened the mail.",
          userAgent: "Firefox/11.0 (via ggpht.com GoogleImageProxy)",
          network: { range: "66.249.93.0/24", owner: "google" },
        }),
      ],
    });

    const timeline = card.getByRole("list", { name: "Events of ada@customer.example" });
    expect(within(timeline).getByText("Image proxy")).toBeTruthy();
    expect(timeline.textContent).toContain("Gmail fetched the image for somebody who opened the mail.");
    expect(timeline.textContent).toContain("66.249.93.0/24 (Google) · Firefox/11.0 (via ggpht.com GoogleImageProxy)");
  });

  test("shows how often each link was clicked", async () => {
    const card = await renderCard({
      status: "clicked",
      links: [
        { url: "https://shop.example/a", total: 3, byPersons: 2 },
        { url: "https://shop.example/b", total: 2, byPersons: 2 },
        { url: "https://shop.example/c", total: 1, byPersons: 0 },
      ],
    });

    const links = within(card.getByRole("list", { name: "Clicked links" })).getAllByRole("listitem");

    expect(links.map(({ textContent }) => textContent)).toEqual([
      "https://shop.example/a×3, ×2 by persons",
      "https://shop.example/b×2",
      "https://shop.example/c×1, none by persons",
    ]);
  });

  test("has no list of links where none was clicked", async () => {
    const card = await renderCard({});

    expect(card.queryByRole("list", { name: "Clicked links" })).toBeNull();
  });

  test("explains a bounce, in our words and in the server's", async () => {
    const card = await renderCard({
      status: "bounced",
      bounce: { type: "Permanent", subType: "General", diagnosticCode: "smtp; 550 5.1.1 user unknown" },
    });

    expect(card.getByText(/^Hard bounce/)).toBeTruthy();
    expect(card.getByText("Permanent · General · smtp; 550 5.1.1 user unknown")).toBeTruthy();
  });

  test("marks an out-of-office reply and does not call it a bounce", async () => {
    const card = await renderCard({ status: "delivered", automaticReply: true });

    expect(card.getByText("Out of office")).toBeTruthy();
    expect(card.queryByText("Bounced")).toBeNull();
  });

  test.each([
    [true, "Out of office"],
    [false, "Bounced"],
  ])("calls a bounce by what it was: an automatic reply? %s", async (isReply, word) => {
    const card = await renderCard({
      automaticReply: isReply,
      events: [eventExample({ type: "bounce", bounce: { type: "Transient", subType: "General" } })],
    });

    const timeline = card.getByRole("list", { name: "Events of ada@customer.example" });
    expect(timeline.querySelector("p")?.textContent).toBe(`${word}Transient · General`);
  });

  test("tells what happened, oldest first", async () => {
    const card = await renderCard({
      status: "opened",
      events: [
        eventExample({ eventId: "1", type: "send" }),
        eventExample({ eventId: "2", type: "delivery" }),
        eventExample({ eventId: "3", type: "open" }),
      ],
    });

    const timeline = within(card.getByRole("list", { name: "Events of ada@customer.example" }));

    expect(timeline.getAllByRole("listitem").map((item) => item.querySelector("p")?.textContent)).toEqual([
      "Sent",
      "Delivered",
      "Opened",
    ]);
  });
});
