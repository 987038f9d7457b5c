import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { energyWithin } from "./energy.ts";
import type { Series } from "./ring.ts";

const NONE: Series = { atMs: new Float64Array(), values: new Float64Array() };

function series(...readings: [atMs: number, value: number][]): Series {
  return {
    atMs: Float64Array.from(readings.map(([atMs]) => atMs)),
    values: Float64Array.from(readings.map(([, value]) => value)),
  };
}

describe("by the counter", () => {
  const counter = series([0, 1000], [1000, 1300], [2000, 1500], [3000, 2500]);

  test("is the difference, interpolated at the window's ends", () => {
    expect(energyWithin({ fromMs: 500, toMs: 2250 }, counter, NONE)).toEqual({
      joules: 1750 - 1150,
      source: "counter",
      coveredS: 1.75,
      // Half-way into 300 J, and a quarter into 1000.
      standardErrorJ: Math.sqrt(300 ** 2 / 4 + (1000 ** 2 * 3) / 16),
      counterJoules: 600,
      powerJoules: null,
    });
  });

  test("says how much of the window the readings cover", () => {
    const energy = energyWithin({ fromMs: -1000, toMs: 9000 }, counter, NONE);
    expect(energy).toMatchObject({ joules: 1500, coveredS: 3 });
  });

  test("is not used where it went back: the driver began anew", () => {
    const reset = series([0, 1000], [1000, 5], [2000, 300]);
    const powerW = series([0, 100], [2000, 100]);
    expect(energyWithin({ fromMs: 0, toMs: 2000 }, reset, powerW)).toMatchObject({
      joules: 200,
      source: "power",
      counterJoules: null,
    });
  });
});

describe("by the power", () => {
  test("is the area under straight lines between readings", () => {
    const powerW = series([0, 100], [1000, 300], [3000, 300], [4000, 0]);
    expect(energyWithin({ fromMs: 0, toMs: 4000 }, NONE, powerW)).toMatchObject({
      joules: 200 + 600 + 150,
      source: "power",
      coveredS: 4,
    });
    expect(energyWithin({ fromMs: 500, toMs: 1500 }, NONE, powerW)).toMatchObject({ joules: 125 + 150 });
    expect(energyWithin({ fromMs: 3500, toMs: 3600 }, NONE, powerW)!.joules).toBeCloseTo(13.5, 9);
  });

  test("windows side by side add up, and the counter of the same power says the same", () => {
    const readings = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.nat(700)), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(readings, fc.nat(1000), (gaps, cut) => {
        let atMs = 0;
        let joules = 0;
        let before: number | null = null;
        const power: [number, number][] = [];
        const counter: [number, number][] = [];
        for (const [gapMs, watts] of gaps) {
          if (before !== null) {
            atMs += gapMs;
            joules += (((before + watts) / 2) * gapMs) / 1000;
          }
          before = watts;
          power.push([atMs, watts]);
          counter.push([atMs, joules]);
        }
        const middle = (atMs * cut) / 1000;
        const within = (fromMs: number, toMs: number) =>
          energyWithin({ fromMs, toMs }, series(...counter), series(...power));
        const all = within(0, atMs)!;
        expect(all.powerJoules).toBeCloseTo(all.counterJoules!, 6);
        const parts = (within(0, middle)?.powerJoules ?? 0) + (within(middle, atMs)?.powerJoules ?? 0);
        expect(parts).toBeCloseTo(all.powerJoules!, 6);
      }),
    );
  });
});

test("is not known from fewer than two readings, or from none near the window", () => {
  expect(energyWithin({ fromMs: 0, toMs: 1 }, series([0, 5]), series([0, 5]))).toBeNull();
  expect(energyWithin({ fromMs: 10, toMs: 20 }, series([0, 5], [5, 6]), NONE)).toBeNull();
});
