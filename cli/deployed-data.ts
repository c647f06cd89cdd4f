// The tables and the secret of a deployment, found by the names that CloudFormation made: of a table
// `SesamiData-Ledger1A2B3C4D-…`. A secret is known by its description, and says its stack in a tag.
import { ListTablesCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListSecretsCommand, type SecretListEntry, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { addressSecretDescription } from "../shared/contract/address-secret.ts";

export type TableName = "Ledger" | "Directory";

const stackTag = "aws:cloudformation:stack-name";

function theOne<Value>(found: readonly Value[], what: string, option: string): Value {
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  throw new Error(
    `${found.length === 0 ? "There is no" : "There are several"} ${what} in this account and region: ` +
      `check credentials and region, or name it with --${option}.`,
  );
}

/** @throws Error when there is not exactly one such table */
export async function getTableName(dynamodb: DynamoDBClient, stackName: string, table: TableName): Promise<string> {
  const names: string[] = [];
  let ExclusiveStartTableName: string | undefined;
  do {
    const page = await dynamodb.send(new ListTablesCommand({ ExclusiveStartTableName }));
    names.push(...(page.TableNames ?? []));
    ExclusiveStartTableName = page.LastEvaluatedTableName;
  } while (ExclusiveStartTableName !== undefined);
  const start = `${stackName}-${table}`;
  // Eight hexadecimal digits are the CDK's.
  const spelling = new RegExp(`^${start}[0-9A-F]{8}(-|$)`);
  return theOne(
    names.filter((name) => spelling.test(name)),
    `table ${start}…`,
    table.toLowerCase(),
  );
}

/** @throws Error when there is not exactly one such secret */
export async function getAddressSecretArn(secrets: SecretsManagerClient, stackName: string): Promise<string> {
  const found: SecretListEntry[] = [];
  let NextToken: string | undefined;
  do {
    const page = await secrets.send(
      new ListSecretsCommand({ Filters: [{ Key: "description", Values: [addressSecretDescription] }], NextToken }),
    );
    found.push(...(page.SecretList ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const isOfStack = ({ Tags = [] }: SecretListEntry): boolean => {
    const tag = Tags.find(({ Key }) => Key === stackTag);
    return tag === undefined || tag.Value === stackName;
  };
  return theOne(found.filter(isOfStack), "secret of erased addresses", "address-secret").ARN ?? "";
}
