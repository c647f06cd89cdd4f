import { describe, expect, test } from "vitest";
import {
  type BulkDraft,
  DraftError,
  emptyBulk,
  fieldName,
  readRecipientFile,
  recipientsOf,
  toBulkRequest,
} from "./bulk-draft.ts";

const written: BulkDraft = {
  ...emptyBulk,
  from: "hello@shop.example",
  content: "own",
  subject: "Hello",
  html: "<p>Hello</p>",
  pasted: "ada@people.example",
};

describe("recipients", () => {
  test.each([
    ["one to a line", "ada@people.example\r\n\r\n Grace <grace@people.example> \n"],
    ["one behind the other", "ada@people.example, Grace <grace@people.example>"],
    ["with semicolons, as mail programs have them", "ada@people.example; Grace <grace@people.example>;"],
  ])("are addresses, %s", (_how, text) => {
    expect(recipientsOf(text)).toEqual({ recipients: ["ada@people.example", "Grace <grace@people.example>"] });
  });

  test.each([
    ["with a header row", "email,name\nada@people.example,Ada"],
    ["copied from a spreadsheet", "email\tname\nada@people.example\tAda"],
    ["without a header row, of which the API tells", "ada@people.example,Ada"],
  ])("are CSV, %s", (_how, text) => {
    expect(recipientsOf(text)).toEqual({ csv: text });
  });
});

describe("a file of recipients", () => {
  test("is read as UTF-8", async () => {
    const file = await readRecipientFile(new File(["email,name\na@people.example,José"], "people.csv"));

    expect(file).toMatchObject({ name: "people.csv", isWindows: false, sizeBytes: 33 });
    expect(file.text).toContain("José");
  });

  test("that is none is read as spreadsheets on Windows save it", async () => {
    const bytes = new Uint8Array([0x4a, 0x6f, 0x73, 0xe9, 0x20, 0x80]);

    const file = await readRecipientFile(new File([bytes], "people.csv"));

    expect([file.text, file.isWindows]).toEqual(["José €", true]);
  });
});

describe("a draft", () => {
  test("becomes a request with what is written, and nothing else", () => {
    expect(toBulkRequest(written)).toEqual({
      from: "hello@shop.example",
      subject: "Hello",
      html: "<p>Hello</p>",
      recipients: ["ada@people.example"],
    });
  });

  test("becomes a request with everything that can be said", () => {
    const request = toBulkRequest({
      ...written,
      connection: "con_1",
      content: "template",
      templateId: "tpl_1",
      version: "2",
      leaving: "list",
      list: " news ",
      name: "Winter",
      tags: "campaign: winter, team: shop",
      data: '{ "shop": "Sesame" }',
      file: { name: "people.csv", text: "email\nada@people.example", sizeBytes: 24, isWindows: false },
    });

    expect(request).toEqual({
      from: "hello@shop.example",
      connection: "con_1",
      template: { id: "tpl_1", version: 2 },
      csv: "email\nada@people.example",
      unsubscribe: { list: "news" },
      name: "Winter",
      tags: { campaign: "winter", team: "shop" },
      data: { shop: "Sesame" },
    });
  });

  test("names the newest version of a template by leaving the version out", () => {
    expect(toBulkRequest({ ...written, content: "template", templateId: "tpl_1" }).template).toBe("tpl_1");
  });

  test.each<[Partial<BulkDraft>, RegExp]>([
    [{ pasted: " \n" }, /paste recipients/],
    [{ html: "" }, /HTML or text/],
    [{ content: "template" }, /Choose a template/],
    [{ tags: "winter" }, /name: value, unlike “winter”/],
    [{ data: "[1]" }, /no JSON object/],
    [{ data: "{" }, /no JSON object/],
  ])("without what it needs is refused: %j", (change, says) => {
    const make = () => toBulkRequest({ ...written, ...change });

    expect(make).toThrow(DraftError);
    expect(make).toThrow(says);
  });
});

test.each([
  ["csv", "Recipients"],
  ["recipients[4].data", "Recipient 5"],
  ["data.shop", "Data for everyone"],
  ["headers.x", "headers.x"],
])("the path %s is the field %s", (path, name) => {
  expect(fieldName(path)).toBe(name);
});
