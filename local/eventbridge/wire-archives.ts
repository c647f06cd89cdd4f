// The operations on archives and replays. Times are seconds since the epoch on the wire.
import { busArnOf } from "./event.ts";
import type { Archive, Archives, Replay } from "./archives.ts";
import * as input from "./wire-input.ts";
import { pageOf, type Operation } from "./wire-request.ts";

const describe = (archive: Archive) => ({
  ArchiveName: archive.name,
  EventSourceArn: archive.busArn,
  State: "ENABLED",
  RetentionDays: archive.retentionDays,
  EventCount: archive.kept.length,
  SizeBytes: archive.kept.reduce((size, { event }) => size + Buffer.byteLength(JSON.stringify(event)), 0),
  CreationTime: archive.createdAtMs / 1000,
});

const describeReplay = (replay: Replay) => ({
  ReplayName: replay.name,
  ReplayArn: replay.arn,
  ...(replay.description !== undefined && { Description: replay.description }),
  State: replay.state,
  EventSourceArn: replay.archiveArn,
  Destination: { Arn: replay.busArn },
  EventStartTime: replay.fromMs / 1000,
  EventEndTime: replay.toMs / 1000,
  ReplayStartTime: replay.startedAtMs / 1000,
  ...(replay.endedAtMs !== undefined && { ReplayEndTime: replay.endedAtMs / 1000 }),
  ...(replay.lastEventAtMs !== undefined && { EventLastReplayedTime: replay.lastEventAtMs / 1000 }),
});

const arnOf = (place: { accountId: string; region: string }, kind: "archive" | "replay", name: string) =>
  busArnOf(place, "").replace("event-bus/", `${kind}/${name}`);

export function archiveOperations(archives: Archives): Record<string, Operation> {
  return {
    DescribeArchive: (request) => {
      const archive = archives.getArchive(arnOf(request, "archive", request.read(input.describeArchive).ArchiveName));
      return {
        ...describe(archive),
        ArchiveArn: archive.arn,
        ...(archive.description !== undefined && { Description: archive.description }),
        ...(archive.eventPattern !== undefined && { EventPattern: archive.eventPattern }),
      };
    },
    ListArchives: ({ read, accountId, region }) => {
      const { NamePrefix, EventSourceArn, State = "ENABLED", ...wanted } = read(input.listArchives);
      const isWanted = ({ name, busArn }: Archive) =>
        name.startsWith(NamePrefix) && (EventSourceArn ?? busArn) === busArn && State === "ENABLED";
      const { page, token } = pageOf(archives.listArchives(accountId, region).filter(isWanted), wanted);
      return { Archives: page.map(describe), ...token };
    },
    StartReplay: (request) => {
      const wanted = request.read(input.startReplay);
      const own = archives.getArchive(arnOf(request, "archive", wanted.EventSourceArn.split("/")[1] ?? ""));
      const { arn, startedAtMs } = archives.startReplay({
        name: wanted.ReplayName,
        description: wanted.Description,
        archiveArn: own.arn,
        busArn: wanted.Destination.Arn,
        onlyRuleArns: wanted.Destination.FilterArns,
        fromMs: wanted.EventStartTime * 1000,
        toMs: wanted.EventEndTime * 1000,
      });
      return { ReplayArn: arn, State: "STARTING", ReplayStartTime: startedAtMs / 1000 };
    },
    DescribeReplay: (request) =>
      describeReplay(archives.getReplay(arnOf(request, "replay", request.read(input.describeReplay).ReplayName))),
  };
}
