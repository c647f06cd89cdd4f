// A connection as the API shows it, with all that its owner needs to set up the AWS side.
import { templateParameter } from "../../shared/contract/connection.ts";
import type { ConnectionView } from "../../shared/contract/api/connections.ts";
import type { FunctionEnv } from "../../shared/contract/env.ts";
import type { Connection } from "../../shared/store/connections.ts";

export type SetupEnv = Pick<
  FunctionEnv<"connections">,
  "OPERATOR_ACCOUNT_ID" | "EVENT_BUS_ARN" | "CONNECTION_TEMPLATE_URL" | "CONSOLE_URL"
>;

/** The stack's name in the customer's account. */
const stackName = "sesami-connection";

/** @param baseUrl of our API, as the caller reached it */
export function toConnectionView(connection: Connection, env: SetupEnv, baseUrl: string): ConnectionView {
  const templateParameters = {
    [templateParameter.externalId]: connection.externalId,
    [templateParameter.operatorAccountId]: env.OPERATOR_ACCOUNT_ID,
    [templateParameter.eventBusArn]: env.EVENT_BUS_ARN,
  };
  return {
    connectionId: connection.connectionId,
    accountId: connection.accountId,
    region: connection.region,
    state: connection.state,
    roleArn: connection.roleArn,
    externalId: connection.externalId,
    configurationSet: connection.configurationSet,
    createdAt: connection.createdAt,
    ...(connection.provenAt ? { provenAt: connection.provenAt } : {}),
    ...(connection.verifiedAt ? { verifiedAt: connection.verifiedAt } : {}),
    ...(connection.snsKey ? { snsEndpoint: `${baseUrl}/sns/${connection.snsKey}` } : {}),
    ...(connection.reconciliation ? { reconciliation: connection.reconciliation } : {}),
    quickCreateUrl: quickCreateUrl(connection, templateParameters, env),
    templateParameters,
  };
}

/** CloudFormation user guide, "Create quick-create links for stacks": all of it stands in the fragment. */
function quickCreateUrl(
  { accountId, region }: Connection,
  parameters: Record<string, string>,
  { CONSOLE_URL, CONNECTION_TEMPLATE_URL }: SetupEnv,
): string {
  const query = new URLSearchParams({ templateURL: CONNECTION_TEMPLATE_URL, stackName });
  for (const [name, value] of Object.entries(parameters)) query.set(`param_${name}`, value);
  const console = CONSOLE_URL.replaceAll("{region}", region).replaceAll("{account}", accountId);
  return `${console}#/stacks/quickcreate?${query.toString()}`;
}
