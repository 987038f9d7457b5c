import { expect, test } from "bun:test";
import { DepthWatch, joinDepths } from "./queue-depth.ts";

test("depth is weighed by time, and times without any reads are left out", () => {
  const watch = new DepthWatch();
  watch.set(4, 0);
  watch.set(2, 10);
  watch.set(0, 20);
  watch.set(6, 100);
  watch.set(0, 105);
  expect(watch.depth).toEqual({ weightedMs: 40 + 20 + 30, busyMs: 25, most: 6 });
});

test("of several readers the mean is that of their queues", () => {
  expect(joinDepths([])).toBeNull();
  const one = { weightedMs: 40, busyMs: 10, most: 5 };
  expect(joinDepths([one, { weightedMs: 10, busyMs: 10, most: 2 }])).toEqual({
    weightedMs: 50,
    busyMs: 20,
    most: 5,
  });
});
