// Input that is wrong is told where, and what to do about it.
import { expect, test } from "vitest";
import { parseInput } from "../../../lambdas/runtime/input.ts";
import { listEventsQuery } from "../../../shared/contract/api/events.ts";
import { sendMailRequest } from "../../../shared/contract/api/mail.ts";
import { AppError, type ErrorDetail } from "../../../shared/contract/error.ts";

const detailsOf = (parse: () => unknown): ErrorDetail[] => {
  try {
    parse();
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_request") return error.details ?? [];
    throw error;
  }
  throw new Error("nothing was wrong");
};

const mail = { from: "shop@shop.example", to: "ada@example.com", subject: "Hello", text: "Hi" };

test("members of a body are named by their path", () => {
  const details = detailsOf(() => parseInput(sendMailRequest, { ...mail, to: ["ada@example.com", ""] }, "body"));

  expect(details).toEqual([{ path: "to[1]", message: "must be an address like ada@shop.example" }]);
});

test("every fault is told, not only the first", () => {
  const { subject: _subject, ...rest } = mail;
  const details = detailsOf(() => parseInput(sendMailRequest, { ...rest, html: 7, body: "x" }, "body"));

  expect(details).toEqual([
    { path: "html", message: "must be a string, not 7" },
    { path: "body", message: "is not a known field" },
    { path: "subject", message: "is required" },
  ]);
});

test.each(["headers", "tags", "data"])("a list is no %s: its places are no names", (field) => {
  const template = field === "data" ? { template: "tpl_1", subject: undefined, text: undefined } : {};

  const details = detailsOf(() => parseInput(sendMailRequest, { ...mail, ...template, [field]: ["Ada"] }, "body"));

  expect(details).toContainEqual({ path: field, message: "must be an object: names and their values" });
});

test.each<[string, unknown, object[]]>([
  ["to", ["ada@example.com", null], [{ path: "to[1]", message: "must be a string, not null" }]],
  ["to", 5, [{ path: "to", message: "must be an address or a list of addresses" }]],
  ["unsubscribe", { list: 1 }, [{ path: "unsubscribe.list", message: "must be a string, not 1" }]],
])("of %s, which may be of two kinds, as %j, the part that is wrong is named", (field, value, told) => {
  expect(detailsOf(() => parseInput(sendMailRequest, { ...mail, [field]: value }, "body"))).toEqual(told);
});

test("what is too long is told how long it may be", () => {
  const from = `${"a".repeat(400)}@shop.example`;

  expect(detailsOf(() => parseInput(sendMailRequest, { ...mail, from }, "body"))).toEqual([
    { path: "from", message: "must be at most 400 characters" },
  ]);
});

test("of a body with very many faults the first is told, in little time", () => {
  const headers = Object.fromEntries(Array.from({ length: 500_000 }, (_, index) => [`no header ${index}`, 1]));

  for (const wrong of [{ headers }, { attachments: Array.from({ length: 1_000_000 }, () => 1) }])
    expect(detailsOf(() => parseInput(sendMailRequest, { ...mail, ...wrong }, "body"))).toHaveLength(1);
});

test("a rule over several members is told of the whole body", () => {
  const { text: _text, ...rest } = mail;

  expect(detailsOf(() => parseInput(sendMailRequest, rest, "body"))).toEqual([
    { path: "body", message: "needs html, text or a template" },
  ]);
});

test("parameters of a query are named as such", () => {
  const details = detailsOf(() =>
    parseInput(listEventsQuery, { from: "2026-02-30", status: "sent,open,lost" }, "query"),
  );

  expect(details).toEqual([
    { path: "query.from", message: "must be a day like 2026-11-23 or an instant like 2026-11-23T08:00:00Z" },
    {
      path: "query.status[2]",
      message:
        "must be one of sent, delivered, bounced, complained, rejected, opened, clicked, failed, delayed, subscribed",
    },
  ]);
});

test("a body that is absent is asked for", () => {
  expect(detailsOf(() => parseInput(sendMailRequest, undefined, "body"))).toEqual([
    { path: "body", message: "is missing" },
  ]);
});
