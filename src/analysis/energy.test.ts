import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../core/rng.ts";
import { energyOfCounter, energyOfPower, type Series } from "./energy.ts";

const series = (...readings: [atMs: number, value: number][]): Series => ({
  atMs: readings.map(([atMs]) => atMs),
  values: readings.map(([, value]) => value),
});

describe("energy of power readings", () => {
  test("a ramp has its area, with the ends between readings interpolated", () => {
    const ramp = series([0, 0], [1000, 100], [2000, 200]);
    // From 50 W at 0.5 s to 150 W at 1.5 s: 100 W on average over 1 s.
    expect(energyOfPower({ fromMs: 500, toMs: 1500 }, ramp)).toMatchObject({ joules: 100, coveredS: 1 });
    expect(energyOfPower({ fromMs: 250, toMs: 500 }, ramp)!.joules).toBeCloseTo(37.5 * 0.25, 9);
  });

  test("a span beyond the readings is covered in part, and says so", () => {
    const even = series([1000, 200], [2000, 200], [3000, 200]);
    expect(energyOfPower({ fromMs: 0, toMs: 10_000 }, even)).toEqual({
      joules: 400,
      coveredS: 2,
      standardErrorJ: 0,
    });
    expect(energyOfPower({ fromMs: 3000, toMs: 4000 }, even)).toBeNull();
    expect(energyOfPower({ fromMs: 0, toMs: 10 }, series([5, 100]))).toBeNull();
    expect(energyOfPower({ fromMs: 0, toMs: 10 }, series())).toBeNull();
  });

  test("two spans that meet add up to the whole", () => {
    const readings = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(
        readings,
        fc.infiniteStream(fc.integer({ min: 0, max: 700 })),
        fc.nat(1000),
        (at, watts, cut) => {
          const atMs = [...at].sort((a, b) => a - b);
          const power: Series = { atMs, values: atMs.map(() => watts.next().value as number) };
          const part = (fromMs: number, toMs: number) => energyOfPower({ fromMs, toMs }, power)?.joules ?? 0;
          expect(part(0, cut) + part(cut, 1000)).toBeCloseTo(part(0, 1000), 6);
        },
      ),
    );
  });

  test("the standard error is that of steps at random instants", () => {
    const rng = rngFor(7, "steps");
    const errors: number[] = [];
    const claimed: number[] = [];
    for (let run = 0; run < 400; run++) {
      // Power that steps at random instants, one in each interval of 100 ms; read between the steps.
      const atMs = Array.from({ length: 51 }, (_, i) => 100 * i);
      const values = atMs.map(() => 100 + 600 * rng.uniform());
      let truth = 0;
      for (let i = 1; i < atMs.length; i++) {
        const share = rng.uniform();
        truth += 0.1 * (share * values[i - 1]! + (1 - share) * values[i]!);
      }
      const { joules, standardErrorJ } = energyOfPower({ fromMs: 0, toMs: 5000 }, { atMs, values })!;
      errors.push(joules - truth);
      claimed.push(standardErrorJ);
    }
    const rms = (all: number[]) => Math.sqrt(all.reduce((sum, x) => sum + x * x, 0) / all.length);
    // 400 runs: the root of the mean square is known to 3.5 %.
    expect(rms(errors) / rms(claimed)).toBeGreaterThan(0.85);
    expect(rms(errors) / rms(claimed)).toBeLessThan(1.15);
  });
});

describe("energy of a counter", () => {
  test("is the difference, interpolated at the ends", () => {
    const counter = series([0, 1000], [1000, 1100], [2000, 1300]);
    expect(energyOfCounter({ fromMs: 0, toMs: 2000 }, counter)).toEqual({
      joules: 300,
      coveredS: 2,
      standardErrorJ: 0,
    });
    // 50 J of the first interval and 100 J of the second.
    expect(energyOfCounter({ fromMs: 500, toMs: 1500 }, counter)).toEqual({
      joules: 150,
      coveredS: 1,
      standardErrorJ: Math.sqrt((100 ** 2 + 200 ** 2) / 4),
    });
  });

  test("one that went back is no measurement", () => {
    expect(energyOfCounter({ fromMs: 0, toMs: 3 }, series([0, 5], [1, 6], [2, 1], [3, 2]))).toBeNull();
  });

  test("agrees with the power that it counts", () => {
    const atMs = Array.from({ length: 100 }, (_, i) => 10 * i);
    const counter = { atMs, values: atMs.map((at) => (300 * at) / 1000) };
    const power = { atMs, values: atMs.map(() => 300) };
    const span = { fromMs: 123, toMs: 777 };
    expect(energyOfCounter(span, counter)!.joules).toBeCloseTo(energyOfPower(span, power)!.joules, 9);
  });
});
