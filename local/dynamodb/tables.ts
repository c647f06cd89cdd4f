// The tables of all accounts and regions: what they are, where their data lies, kept in memory and saved at change.
// What an operation does to a table is in table-operations.ts.
import { AwsError } from "../protocol.ts";
import type { Item } from "./attribute-value.ts";
import { dynalite, type SecondaryIndex, type TableDescription } from "./dynalite.ts";
import type { Storage } from "./storage.ts";

/** Whose tables: the same name in two accounts or regions is two tables. */
export interface Scope {
  accountId: string;
  region: string;
}

export interface Table {
  scope: Scope;
  description: TableDescription;
  /** The attribute with the expiry in epoch seconds, once enabled. */
  timeToLiveAttribute?: string;
  tags: Record<string, string>;
}

export interface Tables {
  load: () => Promise<void>;
  find: (scope: Scope, name: string) => Table | undefined;
  /** @throws AwsError `ResourceNotFoundException` */
  get: (scope: Scope, name: string) => Table;
  findByArn: (tableOrStreamArn: string) => Table | undefined;
  list: (scope?: Scope) => Table[];
  save: (table: Table) => Promise<void>;
  /** Its items and indexes with it. */
  remove: (table: Table) => Promise<void>;
}

const keyOfTable = ({ accountId, region }: Scope, name: string) => `t/${accountId}/${region}/${name}`;

const pathOf = ({ scope, description }: Table) => `${scope.accountId}/${scope.region}/${description.TableName}`;

export const itemPrefix = (table: Table): string => `i/${pathOf(table)}/`;

export const indexPrefix = (table: Table, indexName: string): string => `x/${pathOf(table)}/${indexName}/`;

/** Where an item lies: equal for equal primary keys. The key has to be valid. */
export const itemKey = (table: Table, key: Item): string =>
  itemPrefix(table) + dynalite.createKey(key, table.description);

export const indexesOf = ({ description }: Table): SecondaryIndex[] => [
  ...(description.LocalSecondaryIndexes ?? []),
  ...(description.GlobalSecondaryIndexes ?? []),
];

export const isGlobalIndex = ({ description }: Table, indexName: string): boolean =>
  description.GlobalSecondaryIndexes?.some((index) => index.IndexName === indexName) ?? false;

export function primaryKeyOf({ description }: Table, item: Item): Item {
  return Object.fromEntries(
    description.KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName] ?? {}]),
  );
}

export const tableNotFound = (name?: string): AwsError =>
  new AwsError(
    "ResourceNotFoundException",
    name === undefined ? "Requested resource not found" : `Requested resource not found: Table: ${name} not found`,
  );

export function createTables(storage: Storage): Tables {
  const tables = new Map<string, Table>();

  return {
    load: async () => {
      for await (const [name, table] of storage.entries<Table>("t/")) tables.set(`t/${name}`, table);
    },
    find: (scope, name) => tables.get(keyOfTable(scope, name)),
    get: (scope, name) => {
      const table = tables.get(keyOfTable(scope, name));
      if (!table) throw tableNotFound();
      return table;
    },
    findByArn: (arn) => {
      const [tableArn] = arn.split("/stream/");
      return Array.from(tables.values()).find(({ description }) => description.TableArn === tableArn);
    },
    list: (scope) =>
      [...tables.values()].filter(
        (table) =>
          scope === undefined || (table.scope.accountId === scope.accountId && table.scope.region === scope.region),
      ),
    save: async (table) => {
      const key = keyOfTable(table.scope, table.description.TableName);
      tables.set(key, table);
      await storage.commit(new Map([[key, table]]));
    },
    remove: async (table) => {
      const key = keyOfTable(table.scope, table.description.TableName);
      tables.delete(key);
      await storage.commit(new Map([[key, undefined]]));
      await storage.clear(itemPrefix(table));
      await storage.clear(`x/${pathOf(table)}/`);
    },
  };
}
