import { describe, expect, test } from "vitest";
import { createPace } from "../../lambdas/mail/line/pace.ts";

const ratePerSecond = 100;

/** A pace whose time is the turns' own; `go` answers when each of so many went. */
function setUp() {
  let nowMs = 0;
  const pace = createPace(
    {
      clock: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
    },
    ratePerSecond,
  );
  return {
    pace,
    delay: (ms: number) => {
      nowMs += ms;
    },
    go: async (turns: number, recipients = 1): Promise<number[]> => {
      const went: number[] = [];
      for (let turn = 0; turn < turns; turn++) {
        await pace.takeTurn(recipients);
        went.push(nowMs);
      }
      return went;
    },
  };
}

const closeTo = (ms: number) => expect.closeTo(ms, 3) as number;

/** How many went in a quarter of a second from then on. */
const within = (went: readonly number[], fromMs: number) =>
  went.filter((atMs) => atMs >= fromMs && atMs < fromMs + 250).length;

describe("turns", () => {
  test("come evenly at the rate", async () => {
    expect(await setUp().go(4)).toEqual([0, 10, 20, 30].map(closeTo));
  });

  test("of a message to many take as long as all of them", async () => {
    expect(await setUp().go(3, 50)).toEqual([0, 500, 1000].map(closeTo));
  });

  test("follow a rate that has changed", async () => {
    const { pace, go } = setUp();
    await go(1);
    pace.setRate(10);

    expect(await go(3)).toEqual([10, 110, 210].map(closeTo));
  });
});

describe("after a delay", () => {
  test("what was missed is made good, a fifth faster than the rate and never in a burst", async () => {
    const { delay, go } = setUp();
    await go(1);
    delay(800);

    const went = await go(800);

    // In the end all are where they would have been.
    expect(went.at(-1)).toBeCloseTo(8000, 0);
    // At the rate 25 go in a quarter of a second, a fifth faster 30; 12 are made good at once.
    expect(Math.max(...went.map((atMs) => within(went, atMs)))).toBeLessThanOrEqual(43);
    expect(Math.max(...went.slice(20).map((atMs) => within(went, atMs)))).toBeLessThanOrEqual(31);
  });

  test("of a minute no more than a second is made good", async () => {
    const { delay, go } = setUp();
    await go(1);
    delay(60_000);

    const went = await go(1000);

    expect(went.at(-1)).toBeCloseTo(60_000 - 1000 + 9990, 0);
  });
});

describe("while SES throttles", () => {
  test("single messages, their places are others'", async () => {
    const { pace, go } = setUp();
    const went: number[] = [];
    for (let turn = 0; turn < 1010; turn++) {
      went.push(...(await go(1)));
      pace.note({ isThrottled: turn % 100 === 50 });
    }

    // 1000 that SES has counted, at 100 a second.
    expect(went.at(-1)).toBeGreaterThan(9980);
    expect(went.at(-1)).toBeLessThan(10_010);
  });

  test("many, no place is given back beyond a twentieth of a second's", async () => {
    const { pace, go } = setUp();
    const went: number[] = [];
    for (let turn = 0; turn < 90; turn++) {
      went.push(...(await go(1)));
      pace.note({ isThrottled: true });
    }

    expect(went.at(-1)).toBeCloseTo(890 - 50, 0);
  });

  test("single messages do not slow the rate", async () => {
    const { pace, go } = setUp();
    for (let turn = 0; turn < 300; turn++) {
      await go(1);
      pace.note({ isThrottled: turn % 50 === 0 });
    }

    expect(pace.rate()).toBe(ratePerSecond);
  });

  test("many, it goes slower second by second, and comes back to its rate", async () => {
    const { pace, go } = setUp();
    const rates: number[] = [];
    for (let turn = 0; turn < 320; turn++) {
      await go(1);
      pace.note({ isThrottled: turn < 160 });
      rates.push(pace.rate());
    }
    for (let turn = 0; turn < 1500; turn++) {
      await go(1);
      pace.note({ isThrottled: false });
    }

    expect(Math.min(...rates)).toBeLessThan(50);
    expect(pace.rate()).toBe(ratePerSecond);
  });
});
