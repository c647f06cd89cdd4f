// Where workers of a bulk can die, and that they do.
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";

/** What a worker is made of: dead, it neither does nor learns anything any more. */
export interface Life {
  isDead: boolean;
}

/** Where a worker can die: what it was about to do, or to learn, does not come about for it. */
export const deathPoints = [
  "before people are begun",
  "once people are begun",
  "before SES is asked",
  "once SES has taken a mail",
  "before what SES took is recorded",
  "once what SES took is recorded",
] as const;
export type DeathPoint = (typeof deathPoints)[number];

/** What a write to the table is about, of what a worker can die at. */
export const pointsOf = (command: object): { before?: DeathPoint; after?: DeathPoint } => {
  const written = command instanceof TransactWriteCommand ? JSON.stringify(command.input) : "";
  // Beginning demands that the bulk is active; most such writes record others, too.
  if (written.includes('":active"')) return { before: "before people are begun", after: "once people are begun" };
  if (written.includes('"status":"sent"'))
    return { before: "before what SES took is recorded", after: "once what SES took is recorded" };
  return {};
};

export function createDeath() {
  let planned: { point: DeathPoint; passes: number; isHanging: boolean } | undefined;
  return {
    /**
     * The worker that comes to this point once more after so many times stops there.
     * @param isHanging it lives on: only this one call never comes to an end
     */
    planAt: (point: DeathPoint, times = 0, { isHanging = false } = {}) => {
      planned = { point, passes: times, isHanging };
    },
    /** Whether nobody has come to where they are to die. */
    isAhead: () => planned !== undefined,
    /** Whether it ends here: the worker is dead by now, or hangs. */
    meets: (point: DeathPoint | undefined, life: Life): boolean => {
      if (life.isDead) return true;
      if (!planned || planned.point !== point || planned.passes-- > 0) return false;
      life.isDead = !planned.isHanging;
      planned = undefined;
      return true;
    },
  };
}
