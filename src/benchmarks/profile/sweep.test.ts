import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nextLoad, type Sweep, type SweptLevel } from "./sweep.ts";

/** A server that keeps up with `capacity` req/s, and takes 1/`alone` s for one request: what a sweep against it does. */
function sweptAgainst(sweep: Sweep, alone: number, capacity: number): SweptLevel[] {
  const done: SweptLevel[] = [];
  for (let next = nextLoad(sweep, done); next !== null; next = nextLoad(sweep, done)) {
    const { load, role } = next;
    const asked =
      load.kind === "rate" ? load.ratePerS : load.kind === "users" ? load.users * alone : capacity;
    const saturated = load.kind === "rate" && asked > capacity;
    done.push({ role, load, saturated, throughputPerS: Math.min(asked, capacity), plannedPerS: asked });
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
            done.push({ role, load, saturated, throughputPerS: Math.min(perS, full), plannedPerS: perS });
          }
          expect(done.length).toBeLessThanOrEqual(levels);
          expect(
            done.filter(({ role, saturated }) => role === "spread" && saturated).length,
          ).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test("a level that fell behind is beyond the knee, though no test called it saturated", () => {
    const level = (ratePerS: number, throughputPerS: number): SweptLevel => ({
      role: "spread",
      load: { kind: "rate", ratePerS },
      saturated: false,
      throughputPerS,
      plannedPerS: ratePerS,
    });
    const ends = sweptAgainst(auto, 1, 16).slice(0, 2);
    expect(nextLoad(auto, [...ends, level(4, 4), level(16, 9)])).toEqual({
      role: "knee",
      load: { kind: "rate", ratePerS: 8 },
    });
  });

  test("ends where nothing was measured", () => {
    const dead: SweptLevel = {
      role: "one-at-a-time",
      load: { kind: "users", users: 1 },
      saturated: false,
      throughputPerS: null,
      plannedPerS: null,
    };
    expect(nextLoad(auto, [dead, { ...dead, role: "full-throughput" }])).toBeNull();
  });
});
