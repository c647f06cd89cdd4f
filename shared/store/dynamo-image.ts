// Items as DynamoDB's wire format has them (stream images, the item of a failed condition) turned into plain values.
// The document client does this for answers, but not for these.
import type { Item } from "./dynamo-batch.ts";

/** One attribute value (DynamoDB API reference, AttributeValue). Sets and binary are not used by our tables. */
export interface AttributeValue {
  S?: string | undefined;
  N?: string | undefined;
  BOOL?: boolean | undefined;
  NULL?: boolean | undefined;
  L?: AttributeValue[] | undefined;
  M?: Record<string, AttributeValue> | undefined;
}

export type Image = Record<string, AttributeValue>;

function plainValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.L !== undefined) return value.L.map(plainValue);
  if (value.M !== undefined) return parseImage(value.M);
  throw new TypeError(`An attribute value of an unknown kind: ${Object.keys(value).join(", ")}.`);
}

/** @throws TypeError for kinds of values that our tables do not hold */
export const parseImage = (image: Image): Item =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plainValue(value)]));
