// Applies an update to an item, by dynalite's rules for update expressions.
import type { Item } from "./attribute-value.ts";
import { actions, assertValidItem, noSizeLimit, toAwsError, type Path, type ParsedRequest } from "./dynalite.ts";
import type { Table } from "./tables.ts";

interface UpdatedItem {
  item: Item;
  /** What ReturnValues asked for, if there is any. */
  returned?: Item;
}

const lastIndexOf = (path: Path) => {
  const last = path.at(-1);
  return typeof last === "number" ? last : -1;
};

/** `REMOVE list[0], list[1]` means places before the update: the later ones have to go first, and after every SET. */
function inPlaceOrder(updates: NonNullable<ParsedRequest["_updates"]>): ParsedRequest["_updates"] {
  const removals = updates.sections
    .filter(({ type }) => type === "remove")
    .sort((one, other) => lastIndexOf(other.path) - lastIndexOf(one.path));
  return { ...updates, sections: [...updates.sections.filter(({ type }) => type !== "remove"), ...removals] };
}

/** @throws AwsError `ValidationException` for what fits the expression's rules but not this item */
export function updatedItem({ description }: Table, request: ParsedRequest, oldItem: Item | undefined): UpdatedItem {
  const { _condition, Expected: _, ...update } = request;
  let item: Item | undefined;
  let returned: Item | undefined;
  let failure: unknown;
  actions.updateItem(
    {
      options: noSizeLimit,
      // Index entries are written by the commit, and their keys checked before it.
      getTable: (_name, callback) =>
        callback(null, { ...description, GlobalSecondaryIndexes: [], LocalSecondaryIndexes: [] }),
      getItemDb: () => ({
        lock: (_key, locked) => locked((callback) => callback),
        get: (_key, callback) => callback(null, oldItem),
        put: (_key, written, callback) => {
          item = written;
          callback(null);
        },
      }),
      getIndexDb: () => ({}),
    },
    { ...update, Key: { ...update.Key }, ...(update._updates && { _updates: inPlaceOrder(update._updates) }) },
    (error, result) => {
      failure = error ? toAwsError(error) : undefined;
      returned = result?.Attributes;
    },
  );
  if (failure !== undefined) throw failure;
  if (!item) throw new Error("An update has to be applied at once, without waiting.");
  assertValidItem(item);
  return { item, ...(returned && Object.keys(returned).length > 0 && { returned }) };
}
