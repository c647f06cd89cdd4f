// How many bytes an item counts for, by AWS's rules: what capacity, the 400 KB limit and stream records go by.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
import type { AttributeValue, Item } from "./attribute-value.ts";

/** "An item can't be larger than 400 KB", names included. */
export const maxItemSizeBytes = 400 * 1024;

const utf8Bytes = (text: string) => Buffer.byteLength(text, "utf8");

const base64Bytes = (text: string) => Buffer.byteLength(text, "base64");

/** One byte for two significant digits (without leading and trailing zeros), and one more. */
function numberBytes(text: string): number {
  const [mantissa = ""] = text.split(/e/i);
  const digits = mantissa.replace(/[-+.]/g, "").replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1;
}

const sum = <Element>(elements: readonly Element[], bytes: (element: Element) => number): number =>
  elements.reduce((total, element) => total + bytes(element), 0);

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return utf8Bytes(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return base64Bytes(value.B);
  if (value.SS) return sum(value.SS, utf8Bytes);
  if (value.NS) return sum(value.NS, numberBytes);
  if (value.BS) return sum(value.BS, base64Bytes);
  if (value.L) return 3 + sum(value.L, (element) => 1 + valueBytes(element));
  if (value.M) return 3 + Object.keys(value.M).length + itemSizeBytes(value.M);
  return 1;
}

export const itemSizeBytes = (item: Item): number =>
  sum(Object.keys(item), (name) => utf8Bytes(name) + valueBytes(item[name] ?? {}));
