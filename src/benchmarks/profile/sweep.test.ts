import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Backlog, backlogOf } from "./backlog.ts";
import { queue } from "./queue.fake.ts";
import { nextLoad, type Sweep, type SweptLevel } from "./sweep.ts";

/** A server that keeps up with `capacity` req/s, and takes 1/`alone` s for one request: what a sweep against it does. */
function sweptAgainst(sweep: Sweep, alone: number, capacity: number): SweptLevel[] {
  const done: SweptLevel[] = [];
  for (let next = nextLoad(sweep, done); next !== null; next = nextLoad(sweep, done)) {
    const { load, role } = next;
    const asked =
      load.kind === "rate" ? load.ratePerS : load.kind === "users" ? load.users * alone : capacity;
    const saturated = load.kind === "rate" && asked > capacity;
    done.push({ role, load, saturated, throughputPerS: Math.min(asked, capacity), backlog: null });
    expect(done.length).toBeLessThanOrEqual(1000);
  }
  return done;
}

const ratesOf = (levels: readonly SweptLevel[], role?: string) =>
  levels.flatMap(({ load, role: own }) =>
    load.kind === "rate" && (role === undefined || own === role) ? [load.ratePerS] : [],
  );

test("a list is run as it stands", () => {
  const sweep: Sweep = {
    kind: "listed",
    loads: [{ kind: "rate", ratePerS: 4 }, { kind: "all-at-once" }, { kind: "rate", ratePerS: 1 }],
  };
  expect(sweptAgainst(sweep, 1, 2).map(({ load }) => load)).toEqual([...sweep.loads]);
});

describe("--auto", () => {
  const auto: Sweep = { kind: "auto", levels: 10, fullUsers: 512 };

  test("one at a time, full throughput, rates between them going up, then the knee", () => {
    const levels = sweptAgainst(auto, 1, 16);
    expect(levels.slice(0, 2).map(({ load }) => load)).toEqual([
      { kind: "users", users: 1 },
      { kind: "users", users: 512 },
    ]);
    expect(ratesOf(levels, "spread")).toEqual([1, 2.52, 6.35, 16]);
    // 20, 17.9 and 16.9 beyond 16: closer rates tell nothing new, so that not all ten are run.
    expect(ratesOf(levels, "knee")).toEqual([20, 17.9, 16.9]);
  });

  test("more rates lie around the knee than an even spread has there", () => {
    const levels = sweptAgainst(auto, 1, 16);
    const near = ratesOf(levels).filter((rate) => rate > 16 / 1.5 && rate < 16 * 1.5);
    expect(near.length).toBeGreaterThanOrEqual(4);
  });

  test("for any server: at most so many levels, and of the rates that go up only one is beyond saturation", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: 1, max: 500, noNaN: true }),
        fc.integer({ min: 4, max: 30 }),
        fc.double({ min: 0.3, max: 1, noNaN: true }),
        (alone, span, levels, share) => {
          // Full throughput may be more than what an open loop keeps up with.
          const full = alone * span;
          const done: SweptLevel[] = [];
          const sweep: Sweep = { kind: "auto", levels, fullUsers: 512 };
          for (let next = nextLoad(sweep, done); next !== null; next = nextLoad(sweep, done)) {
            const { load, role } = next;
            const perS =
              load.kind === "rate" ? load.ratePerS : load.kind === "users" && load.users === 1 ? alone : full;
            expect(perS).toBeGreaterThan(0);
            const saturated = load.kind === "rate" && perS > share * full;
            done.push({ role, load, saturated, throughputPerS: Math.min(perS, full), backlog: null });
          }
          expect(done.length).toBeLessThanOrEqual(levels);
          expect(
            done.filter(({ role, saturated }) => role === "spread" && saturated).length,
          ).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  const atRate = (ratePerS: number, backlog: SweptLevel["backlog"]): SweptLevel => ({
    role: "spread",
    load: { kind: "rate", ratePerS },
    saturated: false,
    throughputPerS: ratePerS,
    backlog,
  });
  const backlog = (given: Partial<Backlog>): Backlog => ({
    due: 600,
    failed: 0,
    grown: 0,
    filling: 0,
    burst: 0,
    ...given,
  });

  test.each([
    ["left undone", backlog({ grown: 200 })],
    ["turned away", backlog({ failed: 200 })],
  ])("a level whose requests were %s is beyond the knee, though no test called it saturated", (_, behind) => {
    const ends = sweptAgainst(auto, 1, 16).slice(0, 2);
    expect(nextLoad(auto, [...ends, atRate(4, backlog({})), atRate(16, behind)])).toEqual({
      role: "knee",
      load: { kind: "rate", ratePerS: 8 },
    });
  });

  test("a rate lost below one that was kept up with was lost by chance", () => {
    const ends = sweptAgainst(auto, 1, 16).slice(0, 2);
    const rates = [
      atRate(2, backlog({ grown: 200 })),
      atRate(4, backlog({})),
      atRate(9, backlog({ grown: 200 })),
    ];
    expect(nextLoad(auto, [...ends, ...rates])?.load).toEqual({ kind: "rate", ratePerS: 6 });
  });

  /** What a sweep of levels of a minute with Poisson arrivals does against a server good for `mu` req/s, each answer taking `e2elS` besides. */
  function noisySweep(mu: number, e2elS: number, seed: number): SweptLevel[] {
    const done: SweptLevel[] = [];
    for (let next = nextLoad(auto, done); next !== null; next = nextLoad(auto, done)) {
      const { load, role } = next;
      const of = { role, load, saturated: false };
      if (load.kind !== "rate") {
        done.push({
          ...of,
          throughputPerS: role === "one-at-a-time" ? 1 / (e2elS + 1 / mu) : mu,
          backlog: null,
        });
        continue;
      }
      const { ratePerS } = load;
      const requests = Math.max(1, Math.floor(60 * ratePerS));
      const served = queue({ ratePerS, requests, muPerS: mu, e2elS, seed: 100 * seed + done.length });
      done.push({ ...of, throughputPerS: Math.min(mu, ratePerS), backlog: backlogOf(served) });
    }
    return done;
  }

  test.each([0.2, 1, 3, 6, 10, 14, 20])("Poisson arrivals, answers of %d s: the knee is found", (e2elS) => {
    const sweeps = Array.from({ length: 100 }, (_, seed) => noisySweep(10, e2elS, seed));
    const highest = sweeps.map((levels) => Math.max(...ratesOf(levels)));
    expect(highest.filter((rate) => rate < 10).length).toBe(0);
    const near = sweeps.map((levels) => ratesOf(levels).filter((rate) => rate > 7 && rate < 14).length);
    expect(Math.min(...near)).toBeGreaterThanOrEqual(2);
  });

  test("ends where nothing was measured", () => {
    const dead: SweptLevel = {
      role: "one-at-a-time",
      load: { kind: "users", users: 1 },
      saturated: false,
      throughputPerS: null,
      backlog: null,
    };
    expect(nextLoad(auto, [dead, { ...dead, role: "full-throughput" }])).toBeNull();
  });
});
