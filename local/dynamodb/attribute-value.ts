// DynamoDB's values as they travel in JSON, and when two of them are the same.

/** Exactly one member is set. Binary is base64 text; numbers are decimal text without needless zeros. */
export interface AttributeValue {
  S?: string;
  N?: string;
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: AttributeValue[];
  M?: Item;
}

export type Item = Record<string, AttributeValue>;

export type AttributeType = keyof AttributeValue;

export const typeOf = (value: AttributeValue): AttributeType => Object.keys(value)[0] as AttributeType;

const isSameSet = (one: string[], other: string[]) =>
  one.length === other.length && one.every((element) => other.includes(element));

const isSameList = (one: AttributeValue[], other: AttributeValue[]) =>
  one.length === other.length && one.every((element, index) => isSameValue(element, other[index]));

/** Equal as a condition's `=` means it: by type and content; sets and maps have no order. */
export function isSameValue(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  if (one === undefined || other === undefined || typeOf(one) !== typeOf(other)) return false;
  if (one.M && other.M) return isSameItem(one.M, other.M);
  if (one.L && other.L) return isSameList(one.L, other.L);
  if (one.SS && other.SS) return isSameSet(one.SS, other.SS);
  if (one.NS && other.NS) return isSameSet(one.NS, other.NS);
  if (one.BS && other.BS) return isSameSet(one.BS, other.BS);
  const type = typeOf(one);
  return one[type] === other[type];
}

export function isSameItem(one: Item, other: Item): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => isSameValue(one[name], other[name]));
}
