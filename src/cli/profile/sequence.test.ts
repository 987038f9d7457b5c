import { expect, test } from "bun:test";
import type { IdleCheck } from "../../benchmarks/profile/idle.ts";
import { fakeFigures, fakeLevel } from "../../benchmarks/profile/level.fake.ts";
import { type Level, makeLevel } from "../../benchmarks/profile/level.ts";
import type { LevelResult } from "../../benchmarks/profile/profile-shape.ts";
import { ToolError } from "../../core/errors.ts";
import { Sequence, type SequenceDeps } from "./sequence.ts";
import { configured } from "./values.fake.ts";

const RATES = [1, 2, 4, 8];
const { values, config } = configured("--request-rates", RATES.join(","), "--duration", "10");
const levels = RATES.map((ratePerS, i) =>
  makeLevel(i + 1, "listed", { kind: "rate", ratePerS }, config.limits),
);
const complete = levels.map((level) => fakeLevel({ ...level }));

/** A sequence that keeps what it may of `saved`; `ran` has the numbers of the levels that were run. */
function sequence(saved: readonly LevelResult[], deps: Partial<SequenceDeps> = {}) {
  const ran: number[] = [];
  const told: [number, boolean][] = [];
  const made = new Sequence({
    values,
    config,
    saved,
    probe: { isGone: async () => false, untilIdle: async () => ({}) as never },
    baseline: async () => null,
    interrupt: new AbortController().signal,
    async run(level: Level) {
      ran.push(level.number);
      return fakeLevel({ ...level });
    },
    onLevel: ({ number }, isKept) => told.push([number, isKept]),
    ...deps,
  });
  return { sequence: made, ran, told };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error) => (error instanceof ToolError ? error.code : error),
  );

test("an interrupt does not stop the levels that are kept", async () => {
  const { sequence: all, ran, told } = sequence(complete, { interrupt: AbortSignal.abort() });
  await all.sweep();
  expect(ran).toEqual([]);
  expect(told).toEqual(RATES.map((_, i) => [i + 1, true]));
});

test("an interrupt stops before the first level that is to be run, and asks the server nothing", async () => {
  const saved = complete.map((level) =>
    level.number === 3 ? { ...level, status: "failed" as const } : level,
  );
  let asked = 0;
  const baseline = async () => {
    asked++;
    return null;
  };
  const { sequence: some, ran, told } = sequence(saved, { interrupt: AbortSignal.abort(), baseline });
  expect(await codeOf(some.sweep())).toBe("INTERRUPTED");
  expect([ran, told.length, asked]).toEqual([[], 2, 0]);
});

test("the idle server is asked once, before the first level that is run, and not where all are kept", async () => {
  let asked = 0;
  const baseline = async () => {
    asked++;
    return null;
  };
  await sequence(complete, { baseline }).sequence.sweep();
  expect(asked).toBe(0);
  const { sequence: last, ran } = sequence(complete.slice(0, 2), { baseline });
  await last.sweep();
  expect([asked, ran]).toEqual([1, [3, 4]]);
});

test.each([
  ["connect", "SERVER_GONE"],
  ["dns", "SERVER_GONE"],
  ["reset", "SERVER_GONE"],
  ["timeout-first-token", null],
  ["http-429", null],
  ["http-5xx", null],
] as const)("a probe that ends as %s before the next level: %p", async (failure, code) => {
  const check: IdleCheck = {
    isIdle: false,
    probes: 2,
    waitedMs: 60_000,
    ttftMs: null,
    failure,
    baselineTtftMs: 20,
  };
  const probe = { untilIdle: async () => check, isGone: async () => false };
  const seen: (IdleCheck | null)[] = [];
  const { sequence: one } = sequence([], {
    probe,
    baseline: async () => 20,
    async run(level, idle) {
      seen.push(idle);
      return fakeLevel({ ...level });
    },
  });
  expect(await codeOf(one.sweep())).toBe(code);
  expect(seen).toEqual(code === null ? [null, check, check, check] : [null]);
});

test.each([
  [{ connect: 60 }, true, "SERVER_GONE"],
  [{ reset: 2 }, true, "SERVER_GONE"],
  // Overload, or an outage that is over.
  [{ connect: 60 }, false, null],
  [{ "http-5xx": 60 }, true, null],
] as const)(
  "requests that failed with %j, and a server that is away afterwards: %p",
  async (byClass, isAway, code) => {
    let looked = 0;
    const told: LevelResult[] = [];
    const trial = { ratePerS: 2, good: 40, total: 100, saturated: false };
    const { sequence: one, ran } = sequence([], {
      probe: {
        untilIdle: async () => ({}) as never,
        async isGone() {
          looked++;
          return isAway;
        },
      },
      async run(level) {
        ran.push(level.number);
        const requests = { total: 100, succeeded: 40, failed: 60, censored: 0, byClass: {} };
        const isBad = level.number === 2;
        return fakeLevel({
          ...level,
          trial,
          figures: fakeFigures(isBad ? { requests: { ...requests, byClass } } : {}),
        });
      },
      onLevel: (level) => told.push(level),
    });
    expect(await codeOf(one.sweep())).toBe(code);
    expect([ran.length, looked]).toEqual([code === null ? 4 : 2, "http-5xx" in byClass ? 0 : 1]);
    const { status, trial: counted, marks, warnings } = told[1]!;
    expect([status, counted]).toEqual(code === null ? ["complete", trial] : ["failed", null]);
    expect(marks).toContain(code === null ? "failures" : "failed");
    expect(warnings.map(({ code: of }) => of)).toEqual(code === null ? [] : ["server-gone"]);
  },
);
