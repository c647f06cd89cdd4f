// The REST API: one authorizer for tokens and API keys, one function a capability. Routes and rights of each: infra/api.
import { Aws, CfnCondition, CfnOutput, CfnParameter, Fn, Stack, type StackProps } from "aws-cdk-lib";
import { HttpMethod, type HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { UserPool, UserPoolClient } from "aws-cdk-lib/aws-cognito";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { EventBus } from "aws-cdk-lib/aws-events";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { addBulk } from "../api/bulk.ts";
import { addConnections } from "../api/connections.ts";
import { addMail } from "../api/mail.ts";
import { addContents } from "../api/contents.ts";
import { addConfig, addOpenApi } from "../api/open-routes.ts";
import { addEvents, addSuppressions } from "../api/reads.ts";
import { addRestApi } from "../api/rest-api.ts";
import { addTemplates } from "../api/templates.ts";
import { addUnsubscribe } from "../api/unsubscribe.ts";
import { addApiKeys, addRecipientRights, addSettings } from "../api/tenant.ts";
import { BulkSender } from "../constructs/bulk-sender.ts";
import { alarmOnFailedRequests } from "../constructs/alarm.ts";
import { MailSchedules } from "../constructs/mail-schedules.ts";
import { type CacheKind, CredentialCache } from "../constructs/credential-cache.ts";

export interface ApiStackProps extends StackProps {
  ledger: TableV2;
  directory: TableV2;
  contents: TableV2;
  cursorSecret: Secret;
  addressSecret: Secret;
  unsubscribeSecret: Secret;
  userPool: UserPool;
  client: UserPoolClient;
  bus: EventBus;
  snsDoor: IFunction;
  rewrites: Queue;
  cache: CacheKind;
}

export class ApiStack extends Stack {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { given, endpoint } = this.userPoolEndpoint();
    const api = addRestApi(this, { ...props, userPoolEndpoint: endpoint });
    this.api = api.http;
    const cache = new CredentialCache(this, "CredentialCache", props.cache);
    const lines = new BulkSender(this, "BulkSending", { ...props, cache }).queue;
    const schedules = new MailSchedules(this, "MailSchedules", { lines });
    addMail(this, api, { ...props, cache, lines, schedules });
    addBulk(this, api, { ...props, lines, schedules });
    addEvents(this, api, props);
    addSuppressions(this, api, props);
    addConnections(this, api, { ...props, cache });
    addApiKeys(this, api, props);
    addSettings(this, api, props);
    addRecipientRights(this, api, props);
    addContents(this, api, props);
    addTemplates(this, api, props);
    addConfig(this, api, { ...props, userPoolEndpoint: given });
    addOpenApi(this, api);
    addUnsubscribe(this, api, props);
    api.openRoute(props.snsDoor, HttpMethod.POST, "/sns/{connectionKey}");
    alarmOnFailedRequests(this);
    new CfnOutput(this, "ApiUrl", { value: this.api.apiEndpoint });
  }

  /** AWS's own, unless the stack is told another: the laptop's user pool answers elsewhere. */
  private userPoolEndpoint(): { given: string; endpoint: string } {
    const given = new CfnParameter(this, "UserPoolEndpoint", {
      default: "",
      description: "Where the user pool answers, if that is not AWS",
    }).valueAsString;
    const isGiven = new CfnCondition(this, "HasUserPoolEndpoint", {
      expression: Fn.conditionNot(Fn.conditionEquals(given, "")),
    });
    const ofAws = `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    return { given, endpoint: Fn.conditionIf(isGiven.logicalId, given, ofAws).toString() };
  }
}
