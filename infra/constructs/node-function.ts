// A function with our defaults: arm64, Node 24, its own log group, an error alarm, and exactly the environment of its contract.
import { type CfnResource, Duration, Stack } from "aws-cdk-lib";
import { Architecture, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { FunctionEnv, FunctionName } from "../../shared/contract/env.ts";
import { alarmOnErrors } from "./alarm.ts";
import { bundledFunctions } from "./bundled-functions.ts";

/** What Lambda sets by itself is not ours to give. */
type GivenEnv<Name extends FunctionName> = Omit<FunctionEnv<Name>, `AWS_${string}`>;

export interface NodeFunctionProps<Name extends FunctionName> {
  name: Name;
  /** One sentence for the console. */
  description: string;
  environment: GivenEnv<Name>;
  /** Default 256: half a CPU less than the 10 ms that parsing takes is no saving. */
  memoryMb?: number;
  /** Default 10 seconds. */
  timeout?: Duration;
  reservedConcurrency?: number;
}

export class NodeFunction<Name extends FunctionName> extends LambdaFunction {
  constructor(scope: Construct, id: string, props: NodeFunctionProps<Name>) {
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: Code.fromAsset(bundledFunctions(scope, props.name)),
      memorySize: props.memoryMb ?? 256,
      timeout: props.timeout ?? Duration.seconds(10),
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      environment: { ...(props.environment as Record<string, string>), NODE_OPTIONS: "--enable-source-maps" },
      logGroup: new LogGroup(scope, `${id}Log`, { retention: RetentionDays.ONE_MONTH }),
    });
    // The laptop rebuilds a function by this name when its source is saved.
    (this.node.defaultChild as CfnResource).addMetadata("sesami:function", props.name);
    alarmOnErrors(Stack.of(this), id, this);
  }
}
