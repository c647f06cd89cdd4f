// Archives of buses: what they kept, for how long, and replays of it. One NDJSON file an archive, appended as events come.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { placeOfArn, type EventEnvelope } from "./event.ts";
import { matchesPattern, parsePattern, type EventPattern } from "./pattern.ts";

export interface ArchiveDefinition {
  name: string;
  busArn: string;
  description?: string | undefined;
  /** The pattern as JSON text; every event, when absent. */
  eventPattern?: string | undefined;
  /** 0 keeps them for ever. */
  retentionDays: number;
}

interface KeptEvent {
  /** ms since the epoch */
  keptAtMs: number;
  event: EventEnvelope;
}

export interface Archive extends ArchiveDefinition {
  arn: string;
  createdAtMs: number;
  pattern?: EventPattern;
  kept: KeptEvent[];
}

export interface Replay {
  name: string;
  arn: string;
  archiveArn: string;
  busArn: string;
  description?: string | undefined;
  state: "RUNNING" | "COMPLETED";
  fromMs: number;
  toMs: number;
  startedAtMs: number;
  endedAtMs?: number;
  /** Time of the last event that was replayed. */
  lastEventAtMs?: number;
}

interface ArchivesDeps {
  clock: () => number;
  state: StateFolder;
  /** Puts a replayed event onto its bus; for the rules of these ARNs, or for all. */
  publish: (busArn: string, event: EventEnvelope, onlyRuleArns: string[] | undefined) => void;
  /** Runs a replay after the call that started it. */
  later: (task: () => void) => void;
}

export type ReplayRequest = Pick<Replay, "name" | "archiveArn" | "busArn" | "description" | "fromMs" | "toMs"> & {
  onlyRuleArns?: string[] | undefined;
};

const dayMs = 86_400_000;

export type Archives = ReturnType<typeof createArchives>;

export function createArchives({ clock, state, publish, later }: ArchivesDeps) {
  const archives = new Map<string, Archive>();
  const replays = new Map<string, Replay>();

  const fileOf = (arn: string): string | undefined => {
    const { accountId, region } = placeOfArn(arn);
    const name = arn.split("/")[1] ?? "";
    return state.folder === undefined ? undefined : join(state.folder, `archive-${accountId}-${region}-${name}.ndjson`);
  };

  const readKept = (arn: string): KeptEvent[] => {
    const file = fileOf(arn);
    if (file === undefined || !existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n");
    // The last line may be cut off where the process was killed.
    const complete = lines.slice(0, -1);
    return complete.map((line) => JSON.parse(line) as KeptEvent);
  };

  const forgetOld = (archive: Archive) => {
    if (archive.retentionDays === 0) return;
    const kept = archive.kept.filter(({ keptAtMs }) => keptAtMs + archive.retentionDays * dayMs > clock());
    if (kept.length === archive.kept.length) return;
    archive.kept = kept;
    const file = fileOf(archive.arn);
    if (file !== undefined) writeFileSync(file, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  };

  const getArchive = (arn: string): Archive => {
    const archive = archives.get(arn);
    if (!archive)
      throw new AwsError("ResourceNotFoundException", `Archive ${arn.split("/")[1] ?? arn} does not exist.`);
    forgetOld(archive);
    return archive;
  };

  return {
    getArchive,
    /** @throws AwsError `InvalidEventPatternException` */
    declareArchive: (definition: ArchiveDefinition): Archive => {
      const { accountId, region } = placeOfArn(definition.busArn);
      const arn = `arn:aws:events:${region}:${accountId}:archive/${definition.name}`;
      const existing = archives.get(arn);
      const archive: Archive = {
        ...definition,
        arn,
        ...(definition.eventPattern !== undefined && { pattern: parsePattern(definition.eventPattern) }),
        createdAtMs: existing?.createdAtMs ?? clock(),
        kept: existing?.kept ?? readKept(arn),
      };
      archives.set(arn, archive);
      forgetOld(archive);
      return archive;
    },
    removeArchive: (arn: string) => {
      archives.delete(arn);
      const file = fileOf(arn);
      if (file !== undefined) rmSync(file, { force: true });
    },
    listArchives: (accountId: string, region: string): Archive[] =>
      [...archives.values()].filter(({ arn }) => {
        const place = placeOfArn(arn);
        return place.accountId === accountId && place.region === region;
      }),
    /** Keeps an event in every archive of its bus that wants it; a replayed one is there already. */
    keep: (busArn: string, event: EventEnvelope) => {
      if (event["replay-name"] !== undefined) return;
      for (const archive of archives.values()) {
        if (archive.busArn !== busArn || (archive.pattern && !matchesPattern(archive.pattern, event))) continue;
        const kept = { keptAtMs: clock(), event };
        archive.kept.push(kept);
        const file = fileOf(archive.arn);
        if (file !== undefined) appendFileSync(file, `${JSON.stringify(kept)}\n`);
      }
    },
    /** @throws AwsError `ResourceNotFoundException`, `ResourceAlreadyExistsException`, `ValidationException` */
    startReplay: ({ onlyRuleArns, ...request }: ReplayRequest): Replay => {
      const archive = getArchive(request.archiveArn);
      const { accountId, region } = placeOfArn(archive.arn);
      const arn = `arn:aws:events:${region}:${accountId}:replay/${request.name}`;
      if (replays.has(arn))
        throw new AwsError("ResourceAlreadyExistsException", `Replay ${request.name} already exists.`);
      if (archive.busArn !== request.busArn)
        throw new AwsError("ValidationException", "Cross event bus replay is not permitted.");
      if (request.toMs <= request.fromMs)
        throw new AwsError("ValidationException", "EventEndTime must be after EventStartTime.");
      const replay: Replay = { ...request, arn, state: "RUNNING", startedAtMs: clock() };
      replays.set(arn, replay);
      later(() => {
        const isWanted = ({ event }: KeptEvent) => {
          const eventAtMs = Date.parse(event.time);
          return eventAtMs >= request.fromMs && eventAtMs < request.toMs;
        };
        for (const { event } of archive.kept.filter(isWanted)) {
          publish(archive.busArn, { ...event, "replay-name": request.name }, onlyRuleArns);
          replay.lastEventAtMs = Math.max(replay.lastEventAtMs ?? 0, Date.parse(event.time));
        }
        replay.state = "COMPLETED";
        replay.endedAtMs = clock();
      });
      return replay;
    },
    /** @throws AwsError `ResourceNotFoundException` */
    getReplay: (arn: string): Replay => {
      const replay = replays.get(arn);
      if (!replay)
        throw new AwsError("ResourceNotFoundException", `Replay ${arn.split("/")[1] ?? arn} does not exist.`);
      return replay;
    },
  };
}
