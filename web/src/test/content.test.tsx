import { fireEvent, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import type { MessageContentView } from "../../../shared/contract/api/contents.ts";
import { MessageContent } from "../components/mail/message-content.tsx";
import Settings from "../routes/(signed-in)/settings.tsx";
import { failing, startFakeApi } from "./fake-api.ts";
import { renderInRouter, renderPage } from "./render-page.tsx";

const route = "GET /messages/m-1/content";
const content: MessageContentView = {
  messageId: "m-1",
  subject: "Your order",
  html: `<p>Dear Ada <img src="https://shop.example/pixel"><a href="https://shop.example/7">see</a></p>`,
  text: "Dear Ada",
  keptUntil: "2026-12-23T08:00:00.000Z",
};
const open = async () => (await screen.findByRole("button", { name: "Show the mail" })).click();

describe("the content of a message", () => {
  test("is asked for when somebody wants to see it", async () => {
    const api = startFakeApi({ [route]: () => ({ body: content }) });
    renderInRouter(() => <MessageContent messageId="m-1" />);
    await screen.findByRole("button", { name: "Show the mail" });
    const before = api.requests.length;

    await open();

    expect(await screen.findByText("Your order")).toBeTruthy();
    expect([before, api.requests.length]).toEqual([0, 1]);
  });

  test("is shown in a frame without permissions, where no link leads anywhere and nothing is loaded", async () => {
    startFakeApi({ [route]: () => ({ body: content }) });
    renderInRouter(() => <MessageContent messageId="m-1" />);

    await open();

    const frame = await screen.findByTitle<HTMLIFrameElement>("The mail as HTML");
    expect(frame.getAttribute("sandbox")).toBe("");
    expect(frame.srcdoc).toContain("img-src data:");
    expect(frame.srcdoc).not.toContain("href=");
  });

  test("says why there is none, with the way to the setting", async () => {
    const body = { error: { code: "not_found", message: "The content of mail is not kept." } };
    startFakeApi({ [route]: () => ({ status: 404, body }) });
    renderInRouter(() => <MessageContent messageId="m-1" />);

    await open();

    expect(await screen.findByText(/is not kept/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "Settings" }).getAttribute("href")).toBe("/settings");
  });

  test("shows why it failed, and asks anew on a retry", async () => {
    const api = startFakeApi({ [route]: () => failing("Try again in a minute.") });
    renderInRouter(() => <MessageContent messageId="m-1" />);
    await open();
    const retry = await screen.findByRole("button", { name: "Try again" });

    api.routes[route] = () => ({ body: content });
    retry.click();

    expect(await screen.findByText("Your order")).toBeTruthy();
  });
});

describe("the setting of content", () => {
  const start = (contentDays: number) => {
    const sent: unknown[] = [];
    let current = contentDays;
    startFakeApi({
      "GET /settings": () => ({ body: { retentionDays: 400, contentDays: current } }),
      "PUT /settings": (_url, body) => {
        sent.push(body);
        current = (body as { contentDays: number }).contentDays;
        return { body: { retentionDays: 400, contentDays: current } };
      },
    });
    renderPage(Settings);
    return sent;
  };

  test("keeps nothing until somebody says so", async () => {
    const sent = start(0);
    expect(await screen.findByText("The content is not kept.")).toBeTruthy();

    fireEvent.input(screen.getByRole("spinbutton", { name: /content of a mail/ }), { target: { value: "14" } });
    screen.getByRole("button", { name: "Keep content" }).click();

    expect(await screen.findByText("The content is kept for 14 days.")).toBeTruthy();
    expect(sent).toEqual([{ contentDays: 14 }]);
  });

  test("asks before what was kept is destroyed", async () => {
    HTMLDialogElement.prototype.showModal = () => undefined;
    HTMLDialogElement.prototype.close = () => undefined;
    const sent = start(30);

    (await screen.findByRole("button", { name: "Keep none…" })).click();
    const before = sent.length;
    screen.getByRole("button", { name: "Destroy what was kept", hidden: true }).click();

    await waitFor(() => expect(sent).toEqual([{ contentDays: 0 }]));
    expect(before).toBe(0);
    expect(await screen.findByText("The content is not kept.")).toBeTruthy();
  });

  test("takes 1 to 365 days alone", async () => {
    start(30);
    const field = await screen.findByRole("spinbutton", { name: /content of a mail/ });
    const form = field.closest("form")!;
    const save = () => [...form.querySelectorAll("button")].find(({ type }) => type === "submit")!;

    for (const [value, isRefused] of [
      ["0", true],
      ["366", true],
      ["1.5", true],
      ["365", false],
    ] as const) {
      fireEvent.input(field, { target: { value } });
      expect(save().disabled, value).toBe(isRefused);
    }
  });
});
