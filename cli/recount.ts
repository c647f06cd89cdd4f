// `npm run recount`: rebuilds what is made from outcomes (list rows, counters, suppressions) while events arrive, and tells
// every difference that it found. Needs the operator's credentials and region.
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createSecretReader } from "../shared/aws/secret.ts";
import { createKeyedDigest } from "../shared/store/keyed-digest.ts";
import { recount, type RecountOptions, type RecountReport } from "../shared/store/ledger/recount/recount.ts";
import { ledgerTableOf } from "../shared/store/ledger/table.ts";
import { createSuppressions } from "../shared/store/suppressions.ts";
import { getAddressSecretArn, getTableName } from "./deployed-data.ts";
import { createDifferencePrinter, exitCodeOf, summaryOf } from "./recount-lines.ts";

const usage = `usage: npm run recount -- --tenant TENANT [--from DAY] [--to DAY] [--dry-run]
       npm run recount -- --from DAY [--to DAY] [--dry-run]

  --tenant          of which tenant (default: of all)
  --from, --to      what happened on these days alone, both included, like 2026-11-23 (UTC)
  --dry-run         only show what is different
  --take-over       end a recount that died on the way, which the others would wait for
  --read-units      how much of the table is read a second, in DynamoDB's units (default: 2000)
  --stack           the stack that has the tables (default: SesamiData)
  --ledger, --directory, --address-secret
                    tables, and the ARN of a secret, instead of those of the stack

Ends with 0 when nothing was different, 3 when all that was different is mended, 4 when some is not.`;

class UsageError extends Error {}

const optionSpecs = {
  tenant: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  "take-over": { type: "boolean", default: false },
  "read-units": { type: "string", default: "2000" },
  stack: { type: "string", default: "SesamiData" },
  ledger: { type: "string" },
  directory: { type: "string" },
  "address-secret": { type: "string" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof optionSpecs }>>["values"];

/** How long a projector may need to come to what is written now. */
const barrierTimeoutMs = 15 * 60_000;
const segments = 4;

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

function parseOptions(args: string[]): Values {
  try {
    const { values } = parseArgs({ args, options: optionSpecs });
    const { tenant, from, to } = values;
    if (tenant === undefined && from === undefined) throw new UsageError("which tenant, or from which day on?");
    if (tenant !== undefined && !/^ten_\w+$/.test(tenant)) throw new UsageError("a tenant is written like ten_demo");
    for (const [name, day] of Object.entries({ from, to }))
      if (day !== undefined && !isDay(day)) throw new UsageError(`--${name} takes a day like 2026-11-23`);
    if (from !== undefined && to !== undefined && from > to) throw new UsageError("--from must not be after --to");
    if (!/^[1-9]\d{0,6}$/.test(values["read-units"])) throw new UsageError("--read-units takes a number from 1 on");
    return values;
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) throw error;
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** Repeats what fails in transit more often than a function would: nobody waits for an answer. */
const clientOptions = { maxAttempts: 8 };

async function runRecount(values: Values): Promise<RecountReport> {
  const dynamodb = new DynamoDBClient(clientOptions);
  const secrets = new SecretsManagerClient(clientOptions);
  const printer = createDifferencePrinter(console.log);
  try {
    const client = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
    const tableName = values.ledger ?? (await getTableName(dynamodb, values.stack, "Ledger"));
    const directory = values.directory ?? (await getTableName(dynamodb, values.stack, "Directory"));
    const secretArn = values["address-secret"] ?? (await getAddressSecretArn(secrets, values.stack));
    const getDigest = createKeyedDigest(createSecretReader(secrets, secretArn));
    const options: RecountOptions = {
      tenantId: values.tenant,
      ...(values.from === undefined ? {} : { fromDay: values.from }),
      ...(values.to === undefined ? {} : { toDay: values.to }),
      isDryRun: values["dry-run"],
      takeOver: values["take-over"],
      segments,
      readUnitsPerSecond: Number(values["read-units"]),
      timeoutMs: barrierTimeoutMs,
      newId: randomUUID,
      suppressions: createSuppressions({ client, tableName: directory, getDigest }),
      onDifference: printer.show,
    };
    return await recount(ledgerTableOf({ client, tableName }), options);
  } finally {
    printer.end();
    dynamodb.destroy();
    secrets.destroy();
  }
}

try {
  const values = parseOptions(process.argv.slice(2));
  const report = await runRecount(values);
  console.log(summaryOf(report, { isDryRun: values["dry-run"] }));
  process.exitCode = exitCodeOf(report, { isDryRun: values["dry-run"] });
} catch (error) {
  console.error(`recount: ${(error as Error).message}`);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
