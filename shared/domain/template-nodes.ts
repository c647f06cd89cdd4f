// A template as it is carried out: what parsing (template-syntax.ts) makes and rendering (template-run.ts) reads.

/** Where a value comes from: the data, an `@` variable, or a name that a block gave (`as |item|`). */
export interface PathExpression {
  kind: "path";
  from: "data" | "variable" | "blockParam";
  /** How many `../` it goes up. */
  depth: number;
  parts: readonly string[];
}

export type Expression =
  | { kind: "literal"; value: string | number | boolean | null }
  | PathExpression
  | { kind: "lookup"; object: Expression; key: Expression };

export interface Block {
  nodes: readonly TemplateNode[];
  /** Names for what `each` and `with` go into: the value, then the key. */
  params: readonly string[];
}

export type TemplateNode =
  | { kind: "text"; text: string }
  | { kind: "print"; value: Expression; isRaw: boolean }
  /** For `unless` the two are the other way round. */
  | { kind: "if"; test: Expression; includesZero: boolean; body: Block; otherwise: Block }
  /** `section` is `{{#name}}`: whatever of the two its value calls for. */
  | { kind: "each" | "with" | "section"; over: Expression; body: Block; otherwise: Block | undefined };

/** Made by parseTemplate alone. */
export interface Template {
  readonly root: Block;
}
