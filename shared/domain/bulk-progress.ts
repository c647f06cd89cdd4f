// How far a bulk is, recipient by recipient: which state replaces which, and what the states add up to.
// Whoever writes a state, in whatever order: worker, a worker that took over, the event that settles a doubt.

/** Recipients that are kept, begun and recorded together: a group of 50 is one block. */
export const recipientsPerBlock = 50;

/** How it ended for a recipient. `unknown`: SES was asked, or may have been, and a Send event may still settle it. */
export type RecipientEnd =
  | { status: "sent"; messageId: string }
  | { status: "suppressed"; reason: string; list?: string; since: string }
  | { status: "invalid" | "failed" | "unknown"; code: string; message: string };

/** Begun by the worker with this fencing token: from then on nobody else may mail this recipient. */
export interface Begun {
  status: "begun";
  fence: number;
}

export type RecipientState = RecipientEnd | Begun;

/** By place in the block; a recipient without a state waits. */
export type BlockStates = Readonly<Record<number, RecipientState>>;

export type CountedStatus = RecipientState["status"];
export type BulkCounts = Record<CountedStatus, number>;

export const noCounts: Readonly<BulkCounts> = { begun: 0, sent: 0, suppressed: 0, invalid: 0, failed: 0, unknown: 0 };

export const isEnd = (state: RecipientState | undefined): state is RecipientEnd =>
  state !== undefined && state.status !== "begun";

const weightOf = ({ status }: RecipientState): number => {
  if (status === "begun") return 0;
  if (status === "unknown") return 1;
  return status === "sent" ? 3 : 2;
};

/** What SES has taken stays so; what is known beats a doubt; of two equals the first stays. */
export const mergedState = (known: RecipientState | undefined, told: RecipientState): RecipientState =>
  known === undefined || weightOf(told) > weightOf(known) ? told : known;

/** A state to record, or that the recipient waits again: surely nothing was sent to them. */
export interface StateChange {
  place: number;
  state: RecipientState | { status: "waiting"; fence: number };
}

/** The states after the changes; the same object when they change nothing. */
export function changedStates(states: BlockStates, changes: readonly StateChange[]): BlockStates {
  const next: Record<number, RecipientState> = { ...states };
  let hasChanged = false;
  for (const { place, state } of changes) {
    const known = next[place];
    if (state.status === "waiting") {
      // Only who has begun can know that it came to nothing.
      if (known?.status !== "begun" || known.fence !== state.fence) continue;
      delete next[place];
    } else {
      const merged = mergedState(known, state);
      if (merged === known) continue;
      next[place] = merged;
    }
    hasChanged = true;
  }
  return hasChanged ? next : states;
}

/** What `after` has more than `before` of each status. */
export function countsBetween(before: BlockStates, after: BlockStates): BulkCounts {
  const counts = { ...noCounts };
  for (const { status } of Object.values(after)) counts[status] += 1;
  for (const { status } of Object.values(before)) counts[status] -= 1;
  return counts;
}

export const sumOf = (counts: BulkCounts): number => Object.values(counts).reduce((sum, each) => sum + each, 0);

export const blockOf = (index: number): { block: number; place: number } => ({
  block: Math.floor(index / recipientsPerBlock),
  place: index % recipientsPerBlock,
});

/** How many recipients a block of a bulk has. */
export const sizeOfBlock = (block: number, total: number): number =>
  Math.min(recipientsPerBlock, total - block * recipientsPerBlock);

export const countOfBlocks = (total: number): number => Math.ceil(total / recipientsPerBlock);
