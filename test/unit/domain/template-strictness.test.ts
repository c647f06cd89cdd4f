// Where templates of ours are stricter than Handlebars on purpose: what is missing, what is refused, what is bounded.
import { describe, expect, it } from "vitest";
import {
  parseTemplate,
  renderTemplate,
  TemplateTooLarge,
  variablesOf,
  type DataProblem,
  type MissingVariable,
  type TemplateSyntaxError,
} from "../../../shared/domain/template.ts";

type Data = Record<string, unknown>;

const render = (source: string, data: Data = {}, escape: "html" | "none" = "html"): string =>
  renderTemplate(parseTemplate(source), data, { escape });

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}

const problemsOf = (source: string, data: Data): readonly DataProblem[] =>
  (thrownBy(() => render(source, data)) as MissingVariable).problems;
const missingFrom = (source: string, data: Data): string[] => problemsOf(source, data).map(({ path }) => path);
const placeOf = (source: string) => {
  const { line, column, reason } = thrownBy(() => parseTemplate(source)) as TemplateSyntaxError;
  return { line, column, reason };
};

it("escapes in HTML alone", () => {
  const source = "{{name}} {{{name}}}";

  expect(render(source, { name: "<b>" }, "html")).toBe("&lt;b&gt; <b>");
  expect(render(source, { name: "<b>" }, "none")).toBe("<b> <b>");
});

describe("what is missing", () => {
  it("is named with its whole path, all at once, each once", () => {
    const source =
      "{{name}} {{order.number}} {{name}} {{#each items}}{{price.net}}{{/each}}{{#with order}}{{date}}{{../shop}}{{/with}}";
    const data = { order: { at: 1 }, items: [{ price: {} }, { price: { net: 1 } }, {}] };

    expect(missingFrom(source, data)).toEqual([
      "name",
      "order.number",
      "items[0].price.net",
      "items[2].price.net",
      "order.date",
      "shop",
    ]);
    expect(problemsOf("{{name}}", {})).toEqual([{ path: "name", message: "is missing" }]);
  });

  it("is not what is there and null, false, empty or zero", () => {
    expect(render("[{{a}}{{b}}{{c}}{{d}}]", { a: null, b: false, c: "", d: 0 })).toBe("[false0]");
  });

  it("is a member of null, where Handlebars prints nothing", () => {
    expect(missingFrom("{{customer.name}}", { customer: null })).toEqual(["customer.name"]);
  });

  it("may be asked for by if and unless", () => {
    expect(render("{{#if name}}x{{else}}y{{/if}}{{#unless order.paid}}z{{/unless}}")).toBe("yz");
  });

  it("may be gone through by what has an else, and by nothing else", () => {
    expect(render("{{#each list}}x{{else}}none{{/each}}{{#with a}}x{{else}}none{{/with}}{{^b}}none{{/b}}")).toBe(
      "nonenonenone",
    );
    expect(missingFrom("{{#each list}}x{{/each}}{{#with a}}x{{/with}}{{#b}}x{{/b}}", {})).toEqual(["list", "a", "b"]);
  });

  it("is looked for by lookup, too", () => {
    expect(missingFrom("{{lookup prices currency}}", { prices: {}, currency: "gbp" })).toEqual(["prices.gbp"]);
    expect(missingFrom("{{lookup prices currency}}", { prices: {} })).toEqual(["currency"]);
    expect(missingFrom("{{lookup prices 'gbp'}}", {})).toEqual(["prices"]);
    expect(missingFrom("{{@index}}", {})).toEqual(["@index"]);
    expect(missingFrom("{{@root.a.b}}", {})).toEqual(["a.b"]);
  });

  it("is listed up to fifty times", () => {
    expect(
      missingFrom("{{#each list}}{{name}}{{/each}}", { list: Array.from({ length: 80 }, () => ({})) }),
    ).toHaveLength(50);
  });
});

it("numbers side by side stay side by side, where Handlebars adds them up", () => {
  expect(render("{{{a}}}{{{b}}}", { a: 1, b: 2 })).toBe("12");
});

it("an object in the place of a text is an error: nobody wants to be Dear [object Object]", () => {
  const expected = [{ path: "customer", message: "is no text: name one of its members" }];

  expect(problemsOf("Dear {{customer}}", { customer: { name: "Ada" } })).toEqual(expected);
  expect(problemsOf("Dear {{{customer}}}", { customer: [{}] })).toEqual(expected);
});

describe("what is inherited is not there", () => {
  it.each(["constructor", "__proto__", "toString", "a.constructor", "list.map", "text.trim", "constructor.name"])(
    "%s",
    (path) => {
      const data = { a: {}, list: [1], text: "x" };

      expect(missingFrom(`{{${path}}}`, data)).toEqual([path]);
      expect(render(`{{#if ${path}}}reached{{/if}}`, data)).toBe("");
      expect(missingFrom(`{{lookup this "${path}"}}`, data)).toEqual([path]);
    },
  );

  it("while a member that is called so is", () => {
    const data = JSON.parse(`{ "__proto__": { "x": 1 }, "constructor": "builder" }`) as Data;

    expect(render("{{__proto__.x}} {{constructor}}", data)).toBe("1 builder");
  });
});

describe("a template is refused with line and column", () => {
  it.each<[what: string, source: string, line: number, column: number, reason: string]>([
    ["a block that is not closed", "a\n{{#if a}}x", 2, 10, "a tag or block before the end is not closed"],
    ["a block closed by another name", "{{#if a}}\n{{/each}}", 1, 4, "if doesn't match each"],
    ["a tag that is not closed", "Hi {{name", 1, 4, `unexpected "n"`],
    ["a tag that is none", "Hi {{%}}", 1, 4, `unexpected "%"`],
    ["a partial", "a\n  {{> footer}}", 2, 3, "partials ({{> …}}) are not supported: put their content here"],
    [
      "a block partial",
      "{{#> layout}}x{{/layout}}",
      1,
      1,
      "partials ({{> …}}) are not supported: put their content here",
    ],
    ["a decorator", `{{#*inline "x"}}{{/inline}}`, 1, 1, "decorators ({{* …}}) are not supported"],
    ["a helper", "Hi {{upper name}}", 1, 4, "there is no helper upper: give ready values in the data"],
    ["a block helper", "{{#list items}}x{{/list}}", 1, 1, "there is no helper list: give ready values in the data"],
    ["a helper in a value", "{{#if (eq a b)}}x{{/if}}", 1, 7, "there is no helper eq: give ready values in the data"],
    ["if without a block", "{{if a}}", 1, 1, "if is a block: {{#if name}} … {{/if}}"],
    ["if without a value", "{{#if}}x{{/if}}", 1, 1, "if takes one value: {{#if name}}"],
    ["each of two values", "{{#each a b}}x{{/each}}", 1, 1, "each takes one value: {{#each name}}"],
    ["lookup of one value", "{{lookup a}}", 1, 1, "lookup takes two values: {{lookup list key}}"],
    ["lookup as a name", "{{lookup}}", 1, 1, "lookup takes two values: {{lookup list key}}"],
    ["the helper log", "{{log}}", 1, 1, "log is a word of Handlebars: for the data's write {{this.log}}"],
    ["an unknown variable", "{{@level}}", 1, 3, "there is no @level: there are @root, @index, @key, @first, @last"],
    ["an option of each", "{{#each a b=1}}x{{/each}}", 1, 11, "each takes no b="],
    ["another option of if", "{{#if a b=true}}x{{/if}}", 1, 9, "the only option here is includeZero=true"],
    ["a name given by if", "{{#if a as |b|}}x{{/if}}", 1, 4, "only each and with give names (as |b|)"],
    ["an expression for a name", "{{(lookup a b)}}", 1, 3, "a name must stand here"],
  ])("%s", (_what, source, line, column, reason) => {
    expect(placeOf(source)).toEqual({ line, column, reason });
  });

  it("while the data may have a member called like a helper", () => {
    expect(render("{{this.log}} {{./if}} {{a.lookup}}", { log: 1, if: 2, a: { lookup: 3 } })).toBe("1 2 3");
  });
});

describe("nothing burns time or memory", () => {
  const large = 300_000;
  const repeated = (text: string): string => text.repeat(Math.floor(large / text.length));

  it.each([
    ["else if", `{{#if a}}${repeated("{{else if b}}x")}{{/if}}`],
    ["blocks within blocks", repeated("{{#a}}")],
    ["lookups within lookups", `{{lookup ${repeated("(lookup ")}`],
    ["brackets", repeated("{")],
  ])("%s are refused where they nest too deeply", (_what, source) => {
    expect(placeOf(source)).toMatchObject({ line: 1, reason: "blocks are nested more than 100 deep" });
  });

  it.each([
    ["variables", repeated("{{a}}")],
    ["a path", `{{${repeated("a.")}a}}`],
    ["options", `{{#if a ${repeated("b=1 ")}}}{{/if}}`],
  ])("%s are refused where there are too many", (_what, source) => {
    expect(placeOf(source)).toMatchObject({ reason: "the template has too many tags" });
  });

  it("100 blocks within each other are fine", () => {
    expect(render(`${"{{#if a}}".repeat(100)}x${"{{/if}}".repeat(100)}`, { a: 1 })).toBe("x");
  });

  it("loops within loops are given up", () => {
    const list = Array.from({ length: 1000 }, () => 0);
    const source = "{{#each list}}{{#each ../list}}{{#each ../../list}}{{/each}}{{/each}}{{/each}}";

    expect(thrownBy(() => render(source, { list }))).toEqual(
      new TemplateTooLarge("takes more than 200000 steps: its loops go on for too long"),
    );
  });

  it("long lists that are printed again and again are given up", () => {
    const data = { turns: Array.from({ length: 1000 }, () => 0), list: [...Array.from({ length: 1000 }, () => 0), {}] };

    expect(thrownBy(() => render("{{#each turns}}{{../list}}{{/each}}", data))).toBeInstanceOf(TemplateTooLarge);
  });

  it("a result past four million characters is given up", () => {
    const data = { list: Array.from({ length: 50 }, () => 0), text: "&".repeat(100_000) };

    expect(thrownBy(() => render("{{#each list}}{{../text}}{{/each}}", data))).toBeInstanceOf(TemplateTooLarge);
    expect(render("{{text}}", data)).toHaveLength(500_000);
  });
});

describe("the names that a template uses", () => {
  const variables = (...sources: string[]) =>
    variablesOf(sources.map(parseTemplate)).map(({ name, optional }) => (optional ? `${name}?` : name));

  it.each<[source: string, expected: string[]]>([
    ["{{a}} {{b.c}} {{{d}}} {{a}}", ["a", "b.c", "d"]],
    ["{{#each items}}{{name}} {{@index}} {{../shop}} {{this}}{{/each}}", ["items", "items[].name", "shop", "items[]"]],
    ["{{#each items as |item key|}}{{item.name}} {{key}} {{shop}}{{/each}}", ["items", "items[].name", "items[].shop"]],
    ["{{#with a}}{{b}}{{@root.c}}{{/with}}", ["a", "a.b", "c"]],
    ["{{#o}}{{x}}{{/o}}", ["o", "o.x"]],
    ["{{lookup prices code}} {{lookup names 'first'}}", ["prices", "code", "names"]],
    ["{{#if a}}{{b}}{{else}}{{c}}{{/if}}", ["a?", "b", "c"]],
    ["{{#if a}}{{a}}{{/if}}", ["a?"]],
    ["{{#unless a}}x{{else}}{{a}}{{/unless}}", ["a?"]],
    ["{{#if a}}{{/if}}{{a}}", ["a"]],
    ["{{#each a}}x{{else}}y{{/each}}{{#with b}}x{{else}}y{{/with}}", ["a?", "b?"]],
    ["{{@index}} {{true}} x", ["true"]],
  ])("%s", (source, expected) => {
    expect(variables(source)).toEqual(expected);
  });

  it("are told once for all its parts", () => {
    expect(variables("{{name}}", "{{#if shop}}{{shop}}{{/if}} {{name}}", "{{shop}}")).toEqual(["name", "shop"]);
  });
});
