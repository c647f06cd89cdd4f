// AWS::Lambda::EventSourceMapping: reads its properties and starts the source that they describe.
import * as v from "valibot";
import type { ResourceProvider } from "../cloudformation/provider.ts";
import { stableId, stableUuid } from "../cloudformation/stable-id.ts";
import { matchesPattern, parsePattern } from "../eventbridge/pattern.ts";
import { parseInput, templateBoolean, templateNumber } from "../json-input.ts";
import { AwsError, unsupported } from "../protocol.ts";
import type { EventSource, QueueSource, StreamSource } from "./event-source.ts";
import { failureRecord, type GivenUpBatch } from "./failure-record.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { FunctionError } from "./function-error.ts";
import { startQueueEventSource } from "./queue-event-source.ts";
import { startStreamEventSource } from "./stream-event-source.ts";
import { withTumblingWindow } from "./tumbling-window.ts";

const type = "AWS::Lambda::EventSourceMapping";
const ignored = v.optional(v.unknown());

const mappingSchema = v.strictObject({
  FunctionName: v.string(),
  EventSourceArn: v.string(),
  Enabled: v.optional(templateBoolean, true),
  BatchSize: v.optional(templateNumber),
  MaximumBatchingWindowInSeconds: v.optional(templateNumber, 0),
  FunctionResponseTypes: v.optional(v.array(v.literal("ReportBatchItemFailures")), []),
  ScalingConfig: v.optional(
    v.strictObject({ MaximumConcurrency: v.optional(v.pipe(templateNumber, v.minValue(2), v.maxValue(1000))) }),
  ),
  StartingPosition: v.optional(v.picklist(["TRIM_HORIZON", "LATEST"])),
  BisectBatchOnFunctionError: v.optional(templateBoolean, false),
  MaximumRetryAttempts: v.optional(templateNumber, -1),
  MaximumRecordAgeInSeconds: v.optional(templateNumber, -1),
  TumblingWindowInSeconds: v.optional(v.pipe(templateNumber, v.minValue(0), v.maxValue(900)), 0),
  ParallelizationFactor: v.optional(v.pipe(templateNumber, v.literal(1))),
  FilterCriteria: v.optional(
    v.strictObject({ Filters: v.pipe(v.array(v.strictObject({ Pattern: v.string() })), v.maxLength(5)) }),
  ),
  DestinationConfig: v.optional(v.strictObject({ OnFailure: v.strictObject({ Destination: v.string() }) })),
  KmsKeyArn: ignored,
  LoggingConfig: ignored,
  MetricsConfig: ignored,
  Tags: ignored,
});

type MappingProperties = v.InferOutput<typeof mappingSchema>;

export interface MappingTarget {
  definition: () => FunctionDefinition;
  invoke: (event: unknown) => Promise<unknown>;
}

interface MappingsDeps {
  queues: QueueSource;
  streams: StreamSource;
  clock: () => number;
  /** @throws AwsError when no such function exists */
  getTarget: (nameOrArn: string, region: string, accountId: string) => MappingTarget;
  onLog: (log: { functionName: string; line: string }) => void;
}

/** As many at once as a laptop bears; AWS starts with five and goes to 1,250. */
const defaultConcurrency = 5;

const refuse = (reason: string) => new AwsError("InvalidParameterValueException", `${type}: ${reason}`);
const orForever = (value: number) => (value === -1 ? Infinity : value);

/** What CreateEventSourceMapping checks for queues. */
function assertQueueMapping(batchSize: number, windowMs: number, visibilityMs: number, timeoutMs: number): void {
  if (batchSize > 10 && windowMs < 1000)
    throw refuse("MaximumBatchingWindowInSeconds must be at least 1 when BatchSize is above 10.");
  if (visibilityMs < timeoutMs)
    throw refuse(
      `Queue visibility timeout: ${visibilityMs / 1000} seconds is less than Function timeout: ${timeoutMs / 1000} seconds`,
    );
}

/** Records that no filter lets pass are passed over; without filters all pass. Patterns are those of EventBridge. */
function filterOf({ FilterCriteria }: MappingProperties): (record: object) => boolean {
  if (!FilterCriteria) return () => true;
  const patterns = FilterCriteria.Filters.map(({ Pattern }) => parsePattern(Pattern));
  return (record) => patterns.some((pattern) => matchesPattern(pattern, record));
}

/** What the function's own role sends: the metadata of what was given up. */
const sendFailure = async (
  deps: MappingsDeps,
  destinationArn: string | undefined,
  { roleArn, accountId }: FunctionDefinition,
  batch: GivenUpBatch,
): Promise<void> => {
  if (destinationArn === undefined) return;
  if (!destinationArn.startsWith("arn:aws:sqs:")) throw unsupported(`the on-failure destination ${destinationArn}`);
  const origin = { accountId, arn: roleArn, roleArn };
  await deps.queues.send(destinationArn, JSON.stringify(failureRecord(batch)), { origin });
};

function startSource(
  deps: MappingsDeps,
  id: string,
  properties: MappingProperties,
  target: MappingTarget,
): EventSource {
  const { EventSourceArn: sourceArn, MaximumBatchingWindowInSeconds, FunctionResponseTypes } = properties;
  const { definition, invoke } = target;
  const { clock, queues, streams } = deps;
  const onError = (error: unknown) => {
    // How a function fails is in its own log.
    if (!(error instanceof FunctionError))
      deps.onLog({ functionName: definition().name, line: `${sourceArn}: ${String(error)}` });
  };
  const windowMs = MaximumBatchingWindowInSeconds * 1000;
  const reportsItemFailures = FunctionResponseTypes.length > 0;

  if (sourceArn.startsWith("arn:aws:sqs:")) {
    if (properties.FilterCriteria) throw unsupported(`${type} of a queue with FilterCriteria`);
    const batchSize = properties.BatchSize ?? 10;
    const visibilityMs = queues.visibilityTimeoutSeconds(sourceArn) * 1000;
    assertQueueMapping(batchSize, windowMs, visibilityMs, definition().timeoutMs);
    const maximumConcurrency = properties.ScalingConfig?.MaximumConcurrency ?? defaultConcurrency;
    const settings = { queueArn: sourceArn, batchSize, windowMs, maximumConcurrency, reportsItemFailures };
    return startQueueEventSource(settings, { queues, invoke, onError });
  }
  if (!/^arn:aws:dynamodb:.*\/stream\//.test(sourceArn)) throw unsupported(`${type} of ${sourceArn}`);
  if (properties.StartingPosition === undefined) throw refuse("StartingPosition is required for a stream.");
  const settings = {
    id,
    streamArn: sourceArn,
    batchSize: properties.BatchSize ?? 100,
    windowMs,
    isWanted: filterOf(properties),
    maximumRetries: orForever(properties.MaximumRetryAttempts),
    maximumAgeMs: orForever(properties.MaximumRecordAgeInSeconds) * 1000,
    bisects: properties.BisectBatchOnFunctionError,
    reportsItemFailures,
  };
  const shardId = `shardId-00000000000000000000-${stableId(sourceArn, 8)}`;
  const destinationArn = properties.DestinationConfig?.OnFailure.Destination;
  const lengthMs = properties.TumblingWindowInSeconds * 1000;
  return startStreamEventSource(settings, {
    streams,
    clock,
    invoke: lengthMs === 0 ? invoke : withTumblingWindow({ lengthMs, shardId, streamArn: sourceArn }, invoke),
    onError,
    giveUp: (batch) =>
      sendFailure(deps, destinationArn, definition(), {
        ...batch,
        functionArn: definition().arn,
        streamArn: sourceArn,
        shardId,
        nowMs: clock(),
      }).catch(onError),
  });
}

export interface EventSourceMappings {
  provider: ResourceProvider;
  /** Whether every source is empty and nothing is in flight. */
  areIdle: () => boolean;
  /** Cuts short every batching window. */
  flush: () => void;
  stop: () => void;
}

/**
 * On the laptop a stream has what was written since its mapping was first made, so TRIM_HORIZON and LATEST are the same;
 * a mapping that is made again (a restart) goes on after what it has handled.
 */
export function createEventSourceMappings(deps: MappingsDeps): EventSourceMappings {
  const sources = new Map<string, EventSource>();

  return {
    provider: {
      create: (properties, context) => {
        const parsed = parseInput(mappingSchema, properties, { what: type, code: "InvalidParameterValueException" });
        const target = deps.getTarget(parsed.FunctionName, context.region, context.accountId);
        const id = stableUuid(`${context.accountId}/${context.region}/${context.generatedName}`);
        sources.get(id)?.stop();
        sources.delete(id);
        if (parsed.Enabled) sources.set(id, startSource(deps, id, parsed, target));
        const arn = `arn:aws:lambda:${context.region}:${context.accountId}:event-source-mapping:${id}`;
        return { ref: id, attributes: { Id: id, EventSourceMappingArn: arn } };
      },
      delete: ({ ref }) => {
        sources.get(ref)?.remove();
        sources.delete(ref);
      },
    },
    areIdle: () => [...sources.values()].every((source) => source.isIdle()),
    flush: () => {
      for (const source of sources.values()) source.flush();
    },
    stop: () => {
      for (const source of sources.values()) source.stop();
      sources.clear();
    },
  };
}
