import { screen, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import type { MessageView } from "../../../shared/contract/api/events.ts";
import Message from "../routes/(signed-in)/messages/[messageId].tsx";
import { eventExample, outcomeExample } from "./examples.ts";
import { startFakeApi } from "./fake-api.ts";
import { renderPage } from "./render-page.tsx";

const messageExample = (change: Partial<MessageView> = {}): MessageView => ({
  messageId: "message-1",
  sentAt: "2026-11-23T08:00:00.000Z",
  from: "Shop <hello@shop.example>",
  subject: "Your order",
  tags: {},
  recipients: [outcomeExample()],
  ambiguous: [],
  ...change,
});

const renderMessage = (path = "/messages/message-1") => renderPage(Message, path, "/messages/:messageId");

describe("the page of a message", () => {
  test("says what became of it for each recipient", async () => {
    const recipients = [outcomeExample(), outcomeExample({ recipient: "bob@customer.example", status: "bounced" })];
    startFakeApi({ "GET /messages/message-1": () => ({ body: messageExample({ recipients }) }) });

    renderMessage();

    const ada = await screen.findByRole("article", { name: "ada@customer.example" });
    expect(within(ada).getByText("Delivered")).toBeTruthy();
    expect(within(screen.getByRole("article", { name: "bob@customer.example" })).getByText("Bounced")).toBeTruthy();
  });

  test("gives events that could be anybody's to nobody", async () => {
    const ambiguous = [eventExample({ type: "open", recipient: null, attribution: "ambiguous" })];
    startFakeApi({ "GET /messages/message-1": () => ({ body: messageExample({ ambiguous }) }) });

    renderMessage();

    const section = await screen.findByRole("region", { name: "One of several recipients" });
    expect(within(section).getByText("Opened")).toBeTruthy();
    expect(within(screen.getByRole("article")).queryByText("Opened")).toBeNull();
  });

  test("says how many events it does not show, and where they are", async () => {
    const recipients = [outcomeExample({ events: [eventExample({ messageId: "message-1" })], furtherEvents: 3962 })];
    startFakeApi({ "GET /messages/message-1": () => ({ body: messageExample({ recipients }) }) });

    renderMessage();

    const card = await screen.findByRole("article");
    expect(within(card).getByText(/3,962 more/)).toBeTruthy();
    const link = within(card).getByRole("link", { name: "list all events of this message" });
    expect(link.getAttribute("href")).toBe("/events?messageId=message-1");
  });

  test("shows the sender's tags and not those that SES adds", async () => {
    const tags = { campaign: ["november"], "ses:caller-identity": ["sesami"] };
    startFakeApi({ "GET /messages/message-1": () => ({ body: messageExample({ tags }) }) });

    renderMessage();

    const tag = await screen.findByRole("link", { name: "campaign: november" });
    expect(tag.getAttribute("href")).toBe("/events?tag=campaign%3Anovember");
    expect(screen.queryByText(/caller-identity/)).toBeNull();
  });

  test("asks for the id as it was before it was written into the address", async () => {
    const api = startFakeApi({ "GET /messages/a%2Fb%2525": () => ({ body: messageExample() }) });

    renderMessage("/messages/a%2Fb%2525");

    await screen.findByRole("article");
    // The page refreshes itself: as often as the machine gives it time to.
    expect(new Set(api.requests)).toEqual(new Set(["GET /messages/a%2Fb%2525"]));
  });

  test("says when there is no such message", async () => {
    const error = { code: "not_found", message: "There is no such message." };
    startFakeApi({ "GET /messages/message-1": () => ({ status: 404, body: { error } }) });

    renderMessage();

    expect(await screen.findByText("There is no such message.")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Message" })).toBeTruthy();
  });
});
