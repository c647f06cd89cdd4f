// Where the connection template is published: CloudFormation takes templates from S3 alone.
import { Aws } from "aws-cdk-lib";

export const connectionTemplateFile = "connection.template.json";

/** Named by account and region, so the API can know it without a reference to the web stack. */
export const connectionTemplateBucket = (): string => `sesami-connection-${Aws.ACCOUNT_ID}-${Aws.REGION}`;

export const connectionTemplateUrl = (): string =>
  `https://${connectionTemplateBucket()}.s3.${Aws.REGION}.${Aws.URL_SUFFIX}/${connectionTemplateFile}`;
