// PutItem, UpdateItem and DeleteItem.
import { consumedCapacity, totalUnits } from "./capacity.ts";
import { commitChanges, planChange, type WriteKind } from "./change.ts";
import type { Change } from "./item-change.ts";
import type { Database, Json, Operation, Operations } from "./database.ts";
import { parseRequest, type ParsedRequest } from "./dynalite.ts";

function attributesOf({ oldItem, returned }: Change, { ReturnValues }: ParsedRequest, kind: WriteKind): Json {
  const attributes = kind === "UpdateItem" ? returned : oldItem;
  return attributes && ReturnValues !== undefined && ReturnValues !== "NONE" ? { Attributes: attributes } : {};
}

export const showsFailedItem = (input: Json): boolean => input["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD";

export function createSingleWrites(database: Database): Operations {
  const { tables, meter } = database;

  const write =
    (kind: WriteKind): Operation =>
    async (input, scope) => {
      const request = parseRequest(kind, input);
      const table = tables.get(scope, request.TableName);
      const change = planChange(database, table, kind, request, { showsItem: showsFailedItem(input) });
      const [units = { table: 0, indexes: {} }] = await commitChanges(database, [change]);
      meter.write(totalUnits(units));
      const capacity = consumedCapacity(request.ReturnConsumedCapacity, table, units);
      return { ...attributesOf(change, request, kind), ...(capacity && { ConsumedCapacity: capacity }) };
    };

  return { PutItem: write("PutItem"), UpdateItem: write("UpdateItem"), DeleteItem: write("DeleteItem") };
}
