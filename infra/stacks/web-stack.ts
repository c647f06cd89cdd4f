// What browsers load: the dashboard on Amplify Hosting, and the bucket that CloudFormation reads the connection template from.
import { join } from "node:path";
import { App as AmplifyApp, CustomRule, Platform, RedirectStatus } from "@aws-cdk/aws-amplify-alpha";
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { BucketDeployment, Source } from "aws-cdk-lib/aws-s3-deployment";
import type { Construct } from "constructs";
import { dashboardHeaders } from "../../shared/contract/dashboard-headers.ts";
import { connectionTemplateBucket } from "../customer/template-location.ts";

/** The built dashboard; `npm run build:web` makes it. */
export const dashboardFolder = join(import.meta.dirname, "../../web/dist/client");

export interface WebStackProps extends StackProps {
  api: HttpApi;
  /** Folder that holds the connection template. */
  connectionTemplateFolder: string;
}

export class WebStack extends Stack {
  constructor(scope: Construct, id: string, props: WebStackProps) {
    super(scope, id, props);
    this.dashboard(props.api);
    this.connectionTemplate(props.connectionTemplateFolder);
  }

  private dashboard(api: HttpApi): void {
    const app = new AmplifyApp(this, "Dashboard", {
      platform: Platform.WEB,
      customResponseHeaders: [{ pattern: "**", headers: this.headers(api) }],
      customRules: [
        // A static site holds no deploy-time value: the API tells it where everything is.
        new CustomRule({ source: "/config.json", target: `${api.apiEndpoint}/config`, status: RedirectStatus.REWRITE }),
        CustomRule.SINGLE_PAGE_APPLICATION_REDIRECT,
      ],
    });
    const branch = app.addBranch("main", {
      stage: "PRODUCTION",
      asset: new Asset(this, "DashboardFiles", { path: dashboardFolder, exclude: [".vite"] }),
    });
    new CfnOutput(this, "DashboardUrl", { value: `https://${branch.branchName}.${app.defaultDomain}` });
  }

  private headers(api: HttpApi): Record<string, string> {
    const userPools = `https://cognito-idp.${this.region}.${this.urlSuffix}`;
    return {
      ...dashboardHeaders([api.apiEndpoint, userPools]),
      "strict-transport-security": `max-age=${Duration.days(730).toSeconds()}`,
    };
  }

  private connectionTemplate(folder: string): void {
    const bucket = new Bucket(this, "ConnectionTemplate", {
      bucketName: connectionTemplateBucket(),
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // The template is public on purpose: CloudFormation fetches it as the customer. Nothing else is in this bucket.
      blockPublicAccess: BlockPublicAccess.BLOCK_ACLS_ONLY,
      publicReadAccess: true,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    new BucketDeployment(this, "ConnectionTemplateFile", {
      destinationBucket: bucket,
      sources: [Source.asset(folder)],
    });
  }
}
