// The operations on tables themselves: create, describe, change, delete, list.
import { parseInput } from "../json-input.ts";
import { AwsError } from "../protocol.ts";
import type { Item } from "./attribute-value.ts";
import type { Database, Operation, Operations } from "./database.ts";
import { parseRequest, type SecondaryIndex } from "./dynalite.ts";
import { findIndexEntry } from "./index-entries.ts";
import { describeNew, describeUpdated, type CreateRequest } from "./table-description.ts";
import { createTableInput, updateTableInput } from "./table-input.ts";
import { createTableSettings } from "./table-settings.ts";
import { indexPrefix, itemPrefix, tableNotFound, type Scope, type Table } from "./tables.ts";

/** Writes that come meanwhile keep the index up to date themselves: it is known to them before this begins. */
async function fillIndex({ storage }: Database, table: Table, index: SecondaryIndex): Promise<void> {
  const prefix = itemPrefix(table);
  for await (const [path] of storage.entries<Item>(prefix)) {
    const entry = findIndexEntry(table, index, storage.readLatest<Item>(prefix + path));
    if (entry) await storage.commit(new Map([[entry.key, entry.item]]));
  }
}

const defaultListLimit = 100;

export function createTableOperations(database: Database): Operations {
  const { clock, storage, tables } = database;

  const named = (scope: Scope, name: string): Table => {
    const table = tables.find(scope, name);
    if (!table) throw tableNotFound(name);
    return table;
  };

  const createTable: Operation = async (input, scope) => {
    const request = parseRequest("CreateTable", input) as CreateRequest;
    const { StreamSpecification, Tags = [] } = parseInput(createTableInput, input, {
      what: "CreateTable",
      code: "ValidationException",
    });
    if (tables.find(scope, request.TableName))
      throw new AwsError("ResourceInUseException", `Table already exists: ${request.TableName}`);
    const description = describeNew(request, StreamSpecification, scope, clock());
    await tables.save({ scope, description, tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) });
    return { TableDescription: description };
  };

  const updateTable: Operation = async (input, scope) => {
    const update = parseInput(updateTableInput, input, { what: "UpdateTable", code: "ValidationException" });
    const table = named(scope, update.TableName);
    const { description, removed, added } = describeUpdated(table.description, update, clock());
    const updated: Table = { ...table, description };
    await tables.save(updated);
    for (const indexName of removed) await storage.clear(indexPrefix(updated, indexName));
    for (const index of added) await fillIndex(database, updated, index);
    return { TableDescription: description };
  };

  const listTables: Operation = (input, scope) => {
    const { Limit: limit = defaultListLimit, ExclusiveStartTableName: after = "" } = parseRequest("ListTables", input);
    const names = tables
      .list(scope)
      .map(({ description }) => description.TableName)
      .filter((name) => name > after)
      .sort();
    const page = names.slice(0, limit);
    return { TableNames: page, ...(names.length > limit && { LastEvaluatedTableName: page.at(-1) }) };
  };

  return {
    ...createTableSettings(database),
    CreateTable: createTable,
    UpdateTable: updateTable,
    ListTables: listTables,
    DescribeTable: (input, scope) => ({
      Table: named(scope, parseRequest("DescribeTable", input).TableName).description,
    }),
    DeleteTable: async (input, scope) => {
      const table = named(scope, parseRequest("DeleteTable", input).TableName);
      await tables.remove(table);
      return { TableDescription: { ...table.description, TableStatus: "DELETING" } };
    },
  };
}
