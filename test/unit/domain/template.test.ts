// Templates of our own against Handlebars itself, which is what "compatible" means; and where we are stricter on purpose.
import Handlebars from "handlebars";
import { describe, expect, it } from "vitest";
import { parseTemplate, renderTemplate } from "../../../shared/domain/template.ts";

type Data = Record<string, unknown>;

const render = (source: string, data: Data = {}): string =>
  renderTemplate(parseTemplate(source), data, { escape: "html" });

const items = [
  { name: "Tea", price: 3 },
  { name: "Milk & <sugar>", price: 0 },
];

describe("renders as Handlebars does", () => {
  const cases: Record<string, [source: string, data: Data]> = {
    "variables, escaped": ["Hi {{name}}", { name: `<b>"Ada" & 'co' \`=\`</b>` }],
    "variables, raw": ["{{{html}}} {{& html}}", { html: "<b>&</b>" }],
    "numbers, true, false and null": [
      "{{n}} {{z}} {{t}} {{f}} [{{nothing}}]",
      { n: 1.5, z: 0, t: true, f: false, nothing: null },
    ],
    "a list of texts": ["{{list}}", { list: ["a", 1, null, true] }],
    "dotted paths": ["{{a.b.c}} {{a/b/c}}", { a: { b: { c: 1 } } }],
    "names in brackets and quotes": [
      `{{a.[first name]}} {{"first name"}} {{12}} {{list.[1]}}`,
      { a: { "first name": 1 }, "first name": 2, 12: 3, list: [4, 5] },
    ],
    "the length of a list": ["{{list.length}}", { list: [1, 2] }],
    this: ["{{this.a}} {{./a}} {{#each list}}{{this}}{{.}}{{/each}}", { a: 1, list: ["x", 2] }],
    "each over a list": ["{{#each items}}{{@index}}{{@key}} {{@first}} {{@last}} {{name}}; {{/each}}", { items }],
    "each over an object": [
      "{{#each o}}{{@index}}{{@key}} {{@first}} {{@last}} {{this}}; {{/each}}",
      { o: { a: 1, b: 2, c: 3 } },
    ],
    "each over nothing": [
      "{{#each none}}x{{else}}nothing{{/each}}{{#each o}}x{{else}}nothing{{/each}}",
      { none: [], o: {} },
    ],
    "each within each": [
      "{{#each rows}}{{#each cells}}{{@../index}}{{@index}}{{this}}{{../name}}{{../../title}}{{@root.title}} {{/each}}{{/each}}",
      {
        title: "T",
        rows: [
          { name: "a", cells: [1, 2] },
          { name: "b", cells: [3] },
        ],
      },
    ],
    "names that blocks give": [
      "{{#each o as |value key|}}{{key}}={{value.x}}{{#each value.list as |value|}}{{value}}{{key}}{{/each}}{{/each}}",
      { o: { a: { x: 1, list: [7] }, b: { x: 2, list: [8, 9] } } },
    ],
    with: [
      "{{#with a}}{{b}}{{../c}}{{/with}}{{#with a as |x|}}{{x.b}}{{/with}}{{#with none}}x{{else}}no{{/with}}",
      { a: { b: 1 }, c: 2, none: null },
    ],
    "if and its branches": ["{{#if a}}A{{else if b}}B{{else}}C{{/if}}{{#if b}}B{{^}}C{{/if}}", { a: 0, b: "x" }],
    "what counts as empty": [
      "{{#each values}}{{#if this}}1{{else}}0{{/if}}{{#unless this}}u{{/unless}}{{/each}}",
      { values: [0, 1, "", "0", "a", true, false, [], [0], {}, null] },
    ],
    "zero, if asked for": ["{{#if n includeZero=true}}zero{{/if}}{{#if n includeZero=false}}zero{{/if}}", { n: 0 }],
    "if keeps its place": [
      "{{#each list}}{{#if true}}{{/if}}{{#if this}}{{../name}}{{/if}}{{/each}}",
      { list: [1], name: "n", true: true },
    ],
    sections: [
      "{{#o}}{{x}}{{/o}}{{#list}}{{.}}{{@index}}{{/list}}{{#yes}}y{{x}}{{/yes}}{{#no}}n{{/no}}{{^no}}not{{/no}}{{#zero}}{{.}}{{/zero}}",
      { o: { x: 1 }, list: [1, 2], yes: true, no: false, zero: 0, x: "X" },
    ],
    lookup: [
      "{{lookup prices code}} {{lookup list 1}} {{#each list}}{{lookup ../names @index}}{{/each}}{{#if (lookup prices none)}}x{{/if}}",
      { prices: { gbp: 3 }, code: "gbp", none: null, list: ["a", "b"], names: ["A", "B"] },
    ],
    comments: ["a{{! one }}b{{!-- two }} --}}c", {}],
    "white space control": ["a  {{~x~}}  b\n {{~#if x~}} c {{~else~}} d {{~/if~}} e", { x: 1 }],
    "lines of their own": [
      "a\n  {{#each list}}\n  {{this}}\n  {{/each}}\n{{! gone }}\nb\n{{#if list}}\nc\n{{else}}\nd\n{{/if}}\n",
      { list: [1, 2] },
    ],
    "escaped tags": ["\\{{x}} \\\\{{x}}", { x: 1 }],
    "raw blocks": ["{{{{x}}}} {{y}} {{{{/x}}}}", { x: true }],
    "characters beyond the first plane": ["{{name}} 🎉 {{#if name}}é{{/if}}", { name: "Ada 👩‍🚀" }],
  };

  it.each(Object.entries(cases))("%s", (_name, [source, data]) => {
    const expected = Handlebars.compile(source)(data);

    expect(render(source, data)).toBe(expected);
  });
});
