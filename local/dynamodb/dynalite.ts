// The typed face of dynalite's own modules: its validation, expression parsers, key encoding and update rules.
// Storage, conditions, capacity and everything that dynalite lacks are ours, in the files beside.
import { createRequire } from "node:module";
import { AwsError, unsupported } from "../protocol.ts";
import type { AttributeType, AttributeValue, Item } from "./attribute-value.ts";
import type { StreamViewType } from "./stream-record.ts";

export interface KeySchemaElement {
  AttributeName: string;
  KeyType: "HASH" | "RANGE";
}

export interface SecondaryIndex {
  IndexName: string;
  IndexArn: string;
  IndexStatus?: string;
  KeySchema: KeySchemaElement[];
  Projection: { ProjectionType: "ALL" | "KEYS_ONLY" | "INCLUDE"; NonKeyAttributes?: string[] };
  [member: string]: unknown;
}

/** What DescribeTable answers, as far as it is read here. */
export interface TableDescription {
  TableName: string;
  TableArn: string;
  TableId: string;
  TableStatus: string;
  KeySchema: KeySchemaElement[];
  AttributeDefinitions: { AttributeName: string; AttributeType: "S" | "N" | "B" }[];
  GlobalSecondaryIndexes?: SecondaryIndex[];
  LocalSecondaryIndexes?: SecondaryIndex[];
  StreamSpecification?: { StreamEnabled: boolean; StreamViewType?: StreamViewType };
  LatestStreamArn?: string;
  LatestStreamLabel?: string;
  [member: string]: unknown;
}

export type Path = (string | number)[];

/** A parsed condition or filter: operators and functions over paths and literal values. */
export interface ExpressionNode {
  type: string;
  name?: string;
  args: Operand[];
}

export type Operand = Path | ExpressionNode | AttributeValue;

interface UpdateSection {
  type: "set" | "remove" | "add" | "delete";
  path: Path;
}

/** A request that passed dynalite's validation; members with an underscore are its parsed expressions. */
export interface ParsedRequest {
  TableName: string;
  Item?: Item;
  Key?: Item;
  RequestItems?: Record<string, unknown>;
  ReturnConsumedCapacity?: "TOTAL" | "INDEXES" | "NONE";
  ReturnValues?: string;
  Expected?: Record<string, unknown>;
  ConsistentRead?: boolean;
  IndexName?: string;
  Select?: string;
  Limit?: number;
  ExclusiveStartTableName?: string;
  AttributesToGet?: string[];
  _condition?: { expression: ExpressionNode };
  _filter?: { expression: ExpressionNode };
  _projection?: { paths: Path[]; nestedPaths: Record<string, unknown> };
  _updates?: { sections: UpdateSection[]; paths: Path[] };
}

export interface DynaliteError extends Error {
  statusCode?: number;
  body?: { __type: string; message?: string; Message?: string };
}

type Callback<Result> = (error: DynaliteError | null | undefined, result?: Result) => void;

/** A range of keys, as dynalite's query and scan ask for it. */
export interface ValueRange {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
  limit?: number;
}

interface DynaliteSubStore {
  lock?: (key: string, locked: (release: <Fn>(callback: Fn) => Fn) => void) => void;
  get?: (key: string, callback: Callback<Item>) => void;
  put?: (key: string, item: Item, callback: Callback<void>) => void;
  del?: (key: string, callback: Callback<void>) => void;
  createValueStream?: (range: ValueRange) => NodeJS.EventEmitter;
}

/** What dynalite's actions ask of a store; each action is given just what it needs. */
export interface DynaliteStore {
  options: { maxItemSize: number };
  getTable: (name: string, callback: Callback<TableDescription>) => void;
  getItemDb: (tableName: string) => DynaliteSubStore;
  getIndexDb: (indexType: string, tableName: string, indexName: string) => DynaliteSubStore;
}

/** Key-value storage by LevelDB, or in memory: the part of `abstract-level` that is used here. */
export interface Level {
  open: () => Promise<void>;
  close: () => Promise<void>;
  getSync: (key: string, options?: { snapshot?: LevelSnapshot }) => unknown;
  snapshot: () => LevelSnapshot;
  batch: (operations: LevelOperation[]) => Promise<void>;
  clear: (range: ValueRange) => Promise<void>;
  iterator: (range: ValueRange) => LevelIterator;
}

export type LevelOperation = { type: "put"; key: string; value: unknown } | { type: "del"; key: string };

export interface LevelIterator {
  nextv: (size: number) => Promise<[key: string, value: unknown][]>;
  close: () => Promise<void>;
}

export interface LevelSnapshot {
  close: () => Promise<void>;
}

interface DatabaseModule {
  create: (options: { path?: string }) => { db: Level };
  validateItem: (item: Item, table: TableDescription) => DynaliteError | undefined;
  validateKey: (key: Item, table: TableDescription) => DynaliteError | undefined;
  validateKeyPaths: (paths: Record<string, unknown> | undefined, table: TableDescription) => DynaliteError | undefined;
  createKey: (item: Item, table: TableDescription) => string;
  createIndexKey: (item: Item, table: TableDescription, keySchema: KeySchemaElement[]) => string;
  mapPath: (path: Path, item: Item) => AttributeValue | undefined;
  mapPaths: (paths: (Path | string)[], item: Item) => Item;
  compare: (operator: string, value: AttributeValue | undefined, operands: AttributeValue[]) => boolean;
  checkConditional: (request: ParsedRequest, item: Item | undefined) => DynaliteError | null | undefined;
}

interface OperationValidation {
  types: Record<string, unknown>;
  custom?: unknown;
}

interface ValidationModule {
  checkTypes: (input: unknown, types: OperationValidation["types"]) => ParsedRequest;
  checkValidations: (data: ParsedRequest, types: OperationValidation["types"], custom: unknown, store: unknown) => void;
  validateAttributeValue: (value: AttributeValue) => string | undefined;
}

export type DynaliteAction<Result> = (store: DynaliteStore, data: ParsedRequest, callback: Callback<Result>) => void;

const require = createRequire(import.meta.url);

/** The pure functions of dynalite's `db` module. */
export const dynalite = require("dynalite/db") as DatabaseModule;

const validations = require("dynalite/validations") as ValidationModule;

const validated = [
  "BatchGetItem",
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "ListTables",
  "ListTagsOfResource",
  "PutItem",
  "Query",
  "Scan",
  "TagResource",
  "UntagResource",
  "UpdateItem",
  "UpdateTable",
] as const;

const moduleName = (operation: string) => `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;

const rules = new Map<string, OperationValidation>(
  validated.map((operation) => [
    operation,
    require(`dynalite/validations/${moduleName(operation)}`) as OperationValidation,
  ]),
);

export const actions = {
  updateItem: require("dynalite/actions/updateItem") as DynaliteAction<{ Attributes?: Item }>,
  query: require("dynalite/actions/query") as DynaliteAction<QueryResult>,
  scan: require("dynalite/actions/scan") as DynaliteAction<QueryResult>,
};

export interface QueryResult {
  Count: number;
  ScannedCount: number;
  Items?: Item[];
  LastEvaluatedKey?: Item;
}

/** dynalite sizes items by UTF-16 units; ours are sized by item-size.ts instead, so its limit is put out of reach. */
export const noSizeLimit = { maxItemSize: Number.MAX_SAFE_INTEGER };

/** Its errors as ours; anything else is a fault and stays one. */
export function toAwsError(error: unknown): unknown {
  const { body, statusCode } = error as DynaliteError;
  if (!body) return error;
  return new AwsError(body.__type.split("#").at(-1) ?? "", body.message ?? body.Message ?? "", {
    ...(statusCode !== undefined && { status: statusCode }),
  });
}

export const validationError = (message: string): AwsError => new AwsError("ValidationException", message);

/** @throws AwsError what dynalite found wrong */
export function assertValid(finding: DynaliteError | null | undefined): void {
  if (finding) throw toAwsError(finding);
}

/**
 * Checks and parses a request as AWS does before it looks at any table. Unknown members are dropped.
 * @throws AwsError `ValidationException` or `SerializationException`
 */
export function parseRequest(operation: (typeof validated)[number], input: object): ParsedRequest {
  const { types, custom } = rules.get(operation) ?? {};
  if (!types) throw unsupported(`dynamodb:${operation}`);
  try {
    // checkTypes deletes what it does not know from its input.
    const data = validations.checkTypes({ ...input }, types);
    validations.checkValidations(data, types, custom, { options: noSizeLimit, tableDb: { awsAccountId: "" } });
    return data;
  } catch (error) {
    throw toAwsError(error);
  }
}

/** @throws AwsError `ValidationException` such as a number out of range after an update */
export function assertValidItem(item: Item): void {
  for (const value of Object.values(item)) {
    const message = validations.validateAttributeValue(value);
    if (message !== undefined) throw validationError(message);
  }
}

export const attributeTypeOf = (table: TableDescription, name: string): AttributeType =>
  table.AttributeDefinitions.find((definition) => definition.AttributeName === name)?.AttributeType ?? "S";
