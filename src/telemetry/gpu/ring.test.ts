import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { figureKeys } from "./figures.ts";
import { ringRows, SampleRing } from "./ring.ts";

const row = (value: number) => new Float64Array(figureKeys.length).fill(value);

function filled(rows: number, readings: readonly [atMs: number, value: number][]): SampleRing {
  const ring = SampleRing.ofRows(rows);
  for (const [atMs, value] of readings) ring.push(atMs, row(value));
  return ring;
}

test("another thread's view of the same memory sees the same", () => {
  const ring = filled(100, [
    [10, 1],
    [20, 2],
  ]);
  ring.setStatus(3, 15);
  const seen = new SampleRing(ring.buffer);
  expect([seen.end, seen.atMs(1), seen.value(1, "powerW"), seen.statusOf("powerW")]).toEqual([2, 20, 2, 15]);
});

describe("a window", () => {
  const ring = filled(100, [
    [10, 1],
    [20, Number.NaN],
    [30, 3],
    [30, 4],
    [40, 5],
  ]);

  test("holds both its ends, and leaves out readings without the figure", () => {
    const { atMs, values } = ring.series("energyJ", ring.within({ fromMs: 20, toMs: 40 }));
    expect([[...atMs], [...values]]).toEqual([
      [30, 30, 40],
      [3, 4, 5],
    ]);
  });

  test("may be empty, on every side", () => {
    for (const window of [
      { fromMs: 0, toMs: 9 },
      { fromMs: 41, toMs: 50 },
      { fromMs: 31, toMs: 32 },
      { fromMs: 40, toMs: 10 },
    ])
      expect(ring.series("powerW", ring.within(window)).values).toHaveLength(0);
  });
});

test("the oldest give way once it is full", () => {
  const ring = filled(
    100,
    Array.from({ length: 1000 }, (_, i) => [i, i] as [number, number]),
  );
  expect(ring.end).toBe(1000);
  expect(ring.start).toBe(916);
  const { values } = ring.series("powerW", ring.within({ fromMs: 0, toMs: 2000 }));
  expect([values.length, values[0], values.at(-1)]).toEqual([84, 916, 999]);
});

test("finds what a search through all would find", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 60 }), fc.nat(60), fc.nat(60), (unsorted, fromMs, toMs) => {
      const instants = unsorted.sort((a, b) => a - b);
      const ring = filled(
        100,
        instants.map((atMs, i) => [atMs, i]),
      );
      const { values } = ring.series("powerW", ring.within({ fromMs, toMs }));
      const expected = instants.flatMap((atMs, i) => (atMs >= fromMs && atMs <= toMs ? [i] : []));
      expect([...values]).toEqual(expected);
    }),
  );
});

test("a day of a GPU at 100 ms has room, and many GPUs share what there is", () => {
  expect(ringRows(1)).toBeGreaterThan(864_000);
  expect(ringRows(8)).toBeGreaterThan(864_000);
  expect(ringRows(64)).toBeLessThan(ringRows(8));
});
