import { expect, test } from "bun:test";
import { Stretches } from "./stretches.ts";

function ticks(values: readonly (number | null)[]): Stretches {
  const stretches = new Stretches();
  for (const value of values) stretches.add(value ?? 0, value === null ? 0 : 1);
  return stretches;
}

const counting = (n: number) => Array.from({ length: n }, (_, i) => i);

test("one stretch a tick at first, without the first share", () => {
  const { means, ticks: width } = ticks(counting(16)).means(0.25, 3)!;
  expect([width, [...means]]).toEqual([1, counting(16).slice(4)]);
});

test("stretches double where they become too many", () => {
  const stretches = ticks(counting(70));
  expect(stretches.ticks).toBe(70);
  const { means, ticks: width } = stretches.means(0, 3)!;
  // 70 ticks are 17 whole stretches of 4 and a rest.
  expect([width, means.length, means[0], means.at(-1)]).toEqual([4, 17, 1.5, 65.5]);
});

test("as many together as leaves none empty; the rest is at the beginning", () => {
  const { means, ticks: width } = ticks([9, null, 5, null, 7, null, 8]).means(0, 3)!;
  expect([width, [...means]]).toEqual([2, [5, 7, 8]]);
  expect(ticks([9, null, null, null, 8]).means(0, 3)).toBeNull();
});

test("too few are none", () => {
  expect(ticks(counting(7)).means(0.25, 6)).toBeNull();
  expect(new Stretches().means(0.25, 1)).toBeNull();
});
