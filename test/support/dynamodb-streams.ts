// Reads a table's stream from an engine that has DynamoDB's Streams API but looks at no signature, as DynamoDB Local.
import type { AttributeValue, Image } from "../../shared/store/dynamo-image.ts";
import type { LedgerRecord } from "../../shared/store/ledger/stream.ts";
import { region } from "./dynamodb.ts";

interface Shard {
  ShardId: string;
}

type Call = <Answer>(operation: string, input: object) => Promise<Answer>;

/** DynamoDB Streams API reference, version 2012-08-10. */
const callOf =
  (endpoint: string): Call =>
  async <Answer>(operation: string, input: object) => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDBStreams_20120810.${operation}`,
        // DynamoDB Local takes account and region from it, and believes it.
        authorization: `AWS4-HMAC-SHA256 Credential=test/20261123/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation} was answered ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  };

const mapValues = (image: Image): Image =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, withEmptyMaps(value)]));

/**
 * DynamoDB Local 3 says `{}` of an empty map and of an empty list, where DynamoDB says `{"M":{}}` and `{"L":[]}` (issue 37
 * of awslabs/amazon-dynamodb-local-samples). In items of ours that is a map.
 */
function withEmptyMaps(value: AttributeValue): AttributeValue {
  if (Object.keys(value).length === 0) return { M: {} };
  if (value.M) return { M: mapValues(value.M) };
  return value.L ? { L: value.L.map(withEmptyMaps) } : value;
}

const repaired = ({ dynamodb, ...record }: LedgerRecord): LedgerRecord => ({
  ...record,
  dynamodb: {
    ...dynamodb,
    ...(dynamodb?.OldImage && { OldImage: mapValues(dynamodb.OldImage) }),
    ...(dynamodb?.NewImage && { NewImage: mapValues(dynamodb.NewImage) }),
  },
});

/** Gives a table's records since its last call, in the order of each shard. */
export function createStreamReader(endpoint: string): (tableName: string) => Promise<LedgerRecord[]> {
  const call = callOf(endpoint);
  /** By shard. */
  const lastRead = new Map<string, string>();

  async function readShard(StreamArn: string, { ShardId }: Shard): Promise<LedgerRecord[]> {
    const after = lastRead.get(ShardId);
    const { ShardIterator: first } = await call<{ ShardIterator: string }>("GetShardIterator", {
      StreamArn,
      ShardId,
      ...(after === undefined
        ? { ShardIteratorType: "TRIM_HORIZON" }
        : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after }),
    });
    const records: LedgerRecord[] = [];
    for (let next: string | undefined = first; next !== undefined;) {
      const page: { Records: LedgerRecord[]; NextShardIterator?: string } = await call("GetRecords", {
        ShardIterator: next,
      });
      if (page.Records.length === 0) break;
      records.push(...page.Records.map(repaired));
      next = page.NextShardIterator;
    }
    const last = records.at(-1)?.dynamodb?.SequenceNumber;
    if (last !== undefined) lastRead.set(ShardId, last);
    return records;
  }

  return async (TableName) => {
    const { Streams } = await call<{ Streams: { StreamArn: string }[] }>("ListStreams", { TableName });
    const records: LedgerRecord[] = [];
    // A table that was made anew under its name has the stream of the old one too.
    const StreamArn = Streams.map((stream) => stream.StreamArn)
      .toSorted()
      .at(-1);
    if (StreamArn === undefined) throw new Error(`${TableName} has no stream.`);
    const { StreamDescription } = await call<{ StreamDescription: { Shards: Shard[] } }>("DescribeStream", {
      StreamArn,
    });
    for (const shard of StreamDescription.Shards) records.push(...(await readShard(StreamArn, shard)));
    return records;
  };
}
