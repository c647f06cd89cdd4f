// Who may sign in: the user pool. Its triggers make the tenant at sign-up and put it into the ID token as a claim,
// so no attribute holds it that a client could write.
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import {
  AccountRecovery,
  ClientAttributes,
  UserPool,
  type UserPoolClient,
  UserPoolOperation,
} from "aws-cdk-lib/aws-cognito";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { NodeFunction } from "../constructs/node-function.ts";

export interface AuthStackProps extends StackProps {
  directory: TableV2;
}

export class AuthStack extends Stack {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, props: AuthStackProps) {
    super(scope, id, props);
    const identity = new NodeFunction(this, "Identity", {
      name: "identity",
      description: "Makes a tenant at sign-up and puts it into the ID token",
      environment: { DIRECTORY_TABLE: props.directory.tableName },
      timeout: Duration.seconds(5),
    });
    props.directory.grant(identity, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query");

    this.userPool = new UserPool(this, "Users", {
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: false,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.userPool.addTrigger(UserPoolOperation.POST_CONFIRMATION, identity);
    this.userPool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION, identity);

    this.client = this.userPool.addClient("Dashboard", {
      authFlows: { userSrp: true },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      readAttributes: new ClientAttributes().withStandardAttributes({ email: true, emailVerified: true }),
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
    });
    new CfnOutput(this, "UserPoolId", { value: this.userPool.userPoolId });
    new CfnOutput(this, "UserPoolClientId", { value: this.client.userPoolClientId });
  }
}
