import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import type { TemplatePreview, TemplateView } from "../../../shared/contract/api/templates.ts";
import Templates from "../routes/(signed-in)/templates/index.tsx";
import Template from "../routes/(signed-in)/templates/[templateId].tsx";
import NewTemplate from "../routes/(signed-in)/templates/new.tsx";
import { failing, never, startFakeApi } from "./fake-api.ts";
import { renderPage } from "./render-page.tsx";

const at = "2026-11-23T08:00:00.000Z";
const summary = { templateId: "tpl_1", name: "Order", version: 2, createdAt: at, updatedAt: at };
const template: TemplateView = {
  templateId: "tpl_1",
  version: 2,
  name: "Order",
  subject: "Order {{number}}",
  html: "<p>Dear {{name}}</p>",
  variables: [],
  createdAt: at,
};
const older: TemplateView = { ...template, version: 1, subject: "Your order" };
const preview: TemplatePreview = {
  subject: "Order 7",
  html: `<p>Dear Ada, <a href="https://shop.example/7">see</a></p>`,
  text: "Dear Ada, see",
  variables: [
    { name: "number", optional: false },
    { name: "note", optional: true },
  ],
  problems: [{ path: "data.name", message: "is missing" }],
};
const versions = {
  items: [2, 1].map((version) => ({
    version,
    name: "Order",
    subject: `Subject ${version}`,
    createdAt: at,
    createdBy: "sub-ada",
  })),
};

const stored = {
  "GET /templates/tpl_1": (url: URL) => ({ body: url.searchParams.get("version") === "1" ? older : template }),
  "GET /templates/tpl_1/versions": () => ({ body: versions }),
  "POST /templates/preview": () => ({ body: preview }),
};

const write = (label: RegExp | string, value: string) =>
  fireEvent.input(screen.getByRole("textbox", { name: label }), { target: { value } });
const valueOf = (label: RegExp | string) => screen.getByRole<HTMLInputElement>("textbox", { name: label }).value;
const renderTemplate = () => renderPage(Template, "/templates/tpl_1", "/templates/:templateId");

describe("the page of templates", () => {
  test("says that it is loading, under its heading", async () => {
    startFakeApi({ "GET /templates": never });

    renderPage(Templates);

    expect(await screen.findByRole("status", { name: "Loading" })).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Templates" })).toBeTruthy();
  });

  test("says what would be here when there are none", async () => {
    startFakeApi({ "GET /templates": () => ({ body: { items: [] } }) });

    renderPage(Templates);

    expect(await screen.findByText("No templates yet")).toBeTruthy();
  });

  test("shows why it failed, and asks anew on a retry", async () => {
    const api = startFakeApi({ "GET /templates": () => failing("Try again in a minute.") });
    renderPage(Templates);
    const retry = await screen.findByRole("button", { name: "Try again" });

    api.routes["GET /templates"] = () => ({ body: { items: [summary] } });
    retry.click();

    expect(await screen.findByRole("link", { name: "Order" })).toBeTruthy();
  });

  test("leads to each template, and loads further ones on demand", async () => {
    startFakeApi({
      "GET /templates": (url) => ({
        body: url.searchParams.has("cursor")
          ? { items: [{ ...summary, templateId: "tpl_0", name: "Older" }] }
          : { items: [summary], cursor: "next" },
      }),
    });

    renderPage(Templates);
    (await screen.findByRole("button", { name: "Load more" })).click();

    const link = await screen.findByRole("link", { name: "Older" });
    expect(link.getAttribute("href")).toBe("/templates/tpl_0");
    expect(screen.getAllByRole("listitem")).toHaveLength(2);
    expect(screen.queryByRole("button", { name: "Load more" })).toBeNull();
  });
});

describe("the page of a template", () => {
  test("shows what the mail becomes, what it uses and what keeps it from being sent", async () => {
    startFakeApi(stored);

    renderTemplate();

    expect(await screen.findByText("Order 7")).toBeTruthy();
    expect(screen.getByText("number")).toBeTruthy();
    expect(screen.getByRole("list", { name: "What keeps it from being sent" }).textContent).toBe(
      "data.name is missing",
    );
    const frame = screen.getByTitle<HTMLIFrameElement>("The mail as HTML");
    expect(frame.getAttribute("sandbox")).toBe("");
    expect(frame.srcdoc).toContain("Dear Ada");
    expect(frame.srcdoc).not.toContain("href=");
    screen.getByRole("button", { name: "Text" }).click();
    expect((await screen.findByLabelText("The mail as text")).textContent).toBe("Dear Ada, see");
  });

  test("previews what is written, with the data that are written", async () => {
    let sent: unknown;
    startFakeApi({
      ...stored,
      "POST /templates/preview": (_url, body) => {
        sent = body;
        return { body: preview };
      },
    });
    renderTemplate();
    await screen.findByText("Order 7");

    write("Subject", "Hello {{name}}");
    write("Data", '{ "name": "Ada" }');

    await waitFor(() =>
      expect(sent).toEqual({ subject: "Hello {{name}}", html: template.html, data: { name: "Ada" } }),
    );
  });

  test("says so when the data are no JSON", async () => {
    startFakeApi(stored);
    renderTemplate();
    await screen.findByText("Order 7");

    write("Data", "{ name: ");

    expect((await screen.findByText(/no JSON object/)).textContent).toContain("Ada");
  });

  test("saves the next version of the one that it knows", async () => {
    let sent: unknown;
    startFakeApi({
      ...stored,
      "PUT /templates/tpl_1": (_url, body) => {
        sent = body;
        return { body: { ...template, version: 3 } };
      },
    });
    renderTemplate();
    await screen.findByText("Order 7");

    write("Subject", "Hello");
    fireEvent.submit(screen.getByRole("form", { name: "Template" }));

    expect(await screen.findByText("Saved as version 3.")).toBeTruthy();
    expect(sent).toEqual({ name: "Order", subject: "Hello", html: template.html, ifVersion: 2 });
  });

  test("keeps what is written when saving fails, and says why", async () => {
    startFakeApi({
      ...stored,
      "PUT /templates/tpl_1": () => ({
        status: 400,
        body: { error: { code: "invalid_request", message: "html line 1, column 3: there is no helper upper." } },
      }),
    });
    renderTemplate();
    await screen.findByText("Order 7");

    write(/^HTML/, "{{upper name}}");
    fireEvent.submit(screen.getByRole("form", { name: "Template" }));

    expect(await screen.findByText(/there is no helper upper/)).toBeTruthy();
    expect(valueOf(/^HTML/)).toBe("{{upper name}}");
  });

  test("shows an older version", async () => {
    startFakeApi(stored);
    renderTemplate();
    const list = await screen.findByRole("list", { name: "Versions" });

    within(list).getByRole("button", { name: "Show version 1" }).click();

    await waitFor(() => expect(valueOf("Subject")).toBe("Your order"));
    expect(within(list).getByRole<HTMLButtonElement>("button", { name: "Show version 1" }).disabled).toBe(true);
  });

  test("sends a test with the data of the preview", async () => {
    let sent: unknown;
    startFakeApi({
      ...stored,
      "POST /templates/tpl_1/test": (_url, body) => {
        sent = body;
        return {
          status: 202,
          body: { id: "mai_1", recipients: [{ recipient: "ada@shop.example", status: "sent", messageId: "m" }] },
        };
      },
    });
    renderTemplate();
    await screen.findByText("Order 7");

    write("Data", '{ "number": 7 }');
    write("From", "hello@shop.example");
    write("To", "ada@shop.example");
    screen.getByRole("button", { name: "Send the test" }).click();

    expect(await screen.findByText("Sent to ada@shop.example.")).toBeTruthy();
    expect(sent).toEqual({ from: "hello@shop.example", to: "ada@shop.example", version: 2, data: { number: 7 } });
  });

  test("says that a test is queued where the account's rate does not take it at once", async () => {
    startFakeApi({
      ...stored,
      "POST /templates/tpl_1/test": () => ({
        status: 202,
        body: { id: "mai_1", recipients: [{ recipient: "ada@shop.example", status: "queued" }] },
      }),
    });
    renderTemplate();
    await screen.findByText("Order 7");

    write("From", "hello@shop.example");
    write("To", "ada@shop.example");
    screen.getByRole("button", { name: "Send the test" }).click();

    expect(await screen.findByText(/^Queued for ada@shop.example/)).toBeTruthy();
  });

  test("deletes it once that is confirmed, and goes back to the list", async () => {
    const api = startFakeApi({ ...stored, "DELETE /templates/tpl_1": () => ({ status: 204, body: "" }) });
    const history = renderTemplate();
    await screen.findByText("Order 7");
    HTMLDialogElement.prototype.showModal = () => undefined;
    HTMLDialogElement.prototype.close = () => undefined;

    screen.getByRole("button", { name: "Delete…" }).click();
    screen.getByRole("button", { name: "Delete", hidden: true }).click();

    await waitFor(() => expect(history.get()).toBe("/templates"));
    expect(api.requests).toContain("DELETE /templates/tpl_1");
  });
});

test("a new template is made, and its page comes up", async () => {
  let sent: unknown;
  startFakeApi({
    "POST /templates": (_url, body) => {
      sent = body;
      return { status: 201, body: template };
    },
    "POST /templates/preview": () => ({ body: preview }),
  });
  const history = renderPage(NewTemplate, "/templates/new");

  write("Name", "Order");
  write("Subject", "Order {{number}}");
  write(/^Text/, "Dear {{name}}");
  fireEvent.submit(screen.getByRole("form", { name: "Template" }));

  await waitFor(() => expect(history.get()).toBe("/templates/tpl_1"));
  expect(sent).toEqual({ name: "Order", subject: "Order {{number}}", text: "Dear {{name}}" });
});
