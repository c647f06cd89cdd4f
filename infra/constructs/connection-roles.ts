// Acting in customers' accounts: any account, but only the role name that the connection template makes.
import { Aws } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { connectionRoleName } from "../../shared/contract/connection.ts";

/** For a function that assumes the roles that customers give us. */
export const assumeConnectionRoles = (): PolicyStatement =>
  new PolicyStatement({
    actions: ["sts:AssumeRole"],
    resources: [`arn:${Aws.PARTITION}:iam::*:role/${connectionRoleName("*")}`],
  });
