// What a template says of a function: the properties of AWS::Lambda::Function that mean something on a laptop.
import * as v from "valibot";
import type { ResourceContext } from "../cloudformation/provider.ts";
import { parseInput, templateNumber } from "../json-input.ts";
import { unsupported } from "../protocol.ts";

export interface FunctionDefinition {
  arn: string;
  name: string;
  accountId: string;
  region: string;
  /** Absolute folder of the code, as it would be uploaded. */
  folder: string;
  /** `file.export` */
  handler: string;
  runtime: string;
  roleArn: string;
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
  reservedConcurrency: number | undefined;
  logGroupName: string;
}

const type = "AWS::Lambda::Function";
/** Means nothing on a laptop. Named, so that a property which is not listed is refused. */
const ignored = v.optional(v.unknown());

const functionSchema = v.strictObject({
  Code: v.looseObject({ S3Bucket: v.optional(v.string()), S3Key: v.optional(v.string()) }),
  FunctionName: v.optional(v.string()),
  Handler: v.optional(v.string(), "index.handler"),
  Runtime: v.optional(v.string(), ""),
  Role: v.string(),
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), v.unknown())) })),
  Timeout: v.optional(templateNumber, 3),
  MemorySize: v.optional(templateNumber, 128),
  ReservedConcurrentExecutions: v.optional(templateNumber),
  LoggingConfig: v.optional(v.looseObject({ LogGroup: v.optional(v.string()) })),
  PackageType: v.optional(v.literal("Zip")),
  Architectures: ignored,
  CodeSigningConfigArn: ignored,
  Description: ignored,
  EphemeralStorage: ignored,
  KmsKeyArn: ignored,
  RecursiveLoop: ignored,
  RuntimeManagementConfig: ignored,
  SnapStart: ignored,
  Tags: ignored,
  TracingConfig: ignored,
});

/**
 * The definition of a function whose code is an asset of the assembly.
 * @throws AwsError `NotImplemented` for inline or container code, other runtimes than Node.js, layers and the like
 */
export function parseFunction(properties: unknown, context: ResourceContext): FunctionDefinition {
  const parsed = parseInput(functionSchema, properties, { what: type, code: "ValidationError" });
  if (parsed.Code.S3Key === undefined)
    throw unsupported(`${type} Code.${Object.keys(parsed.Code).join("/")}: only code uploaded as an asset (S3Key)`);
  if (!/^nodejs\d+\.x$/.test(parsed.Runtime)) throw unsupported(`the Lambda runtime ${parsed.Runtime}`);
  const name = parsed.FunctionName ?? context.generatedName;
  return {
    arn: `arn:aws:lambda:${context.region}:${context.accountId}:function:${name}`,
    name,
    accountId: context.accountId,
    region: context.region,
    folder: context.assetPath(parsed.Code.S3Key),
    handler: parsed.Handler,
    runtime: parsed.Runtime,
    roleArn: parsed.Role,
    environment: Object.fromEntries(
      Object.entries(parsed.Environment?.Variables ?? {}).map(([key, value]) => [key, String(value)]),
    ),
    timeoutMs: parsed.Timeout * 1000,
    memoryMb: parsed.MemorySize,
    reservedConcurrency: parsed.ReservedConcurrentExecutions,
    logGroupName: parsed.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
  };
}
