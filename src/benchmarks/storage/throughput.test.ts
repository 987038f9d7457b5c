import { expect, test } from "bun:test";
import { throughputInterval } from "./throughput.ts";

const steps = { n: 10, mean: 20, meanLow: 16, meanHigh: 25 };

test("of one rank it is the mean step's, turned into samples a second", () => {
  // 640 samples in 10 steps of 20 ms: 3,200 a second.
  expect(throughputInterval(3200, [{ samples: 640, stepMs: steps }])).toEqual({ low: 2560, high: 4000 });
});

test("of two ranks bounds are added up", () => {
  const rank = { samples: 640, stepMs: steps };
  expect(throughputInterval(6400, [rank, rank])).toEqual({ low: 5120, high: 8000 });
});

test("it has no bound where steps are too few, none were done, or the mean step may have taken no time", () => {
  const none = { low: null, high: null };
  const one = { n: 1, mean: 20, meanLow: null, meanHigh: null };
  expect(throughputInterval(3200, [{ samples: 64, stepMs: one }])).toEqual(none);
  expect(throughputInterval(3200, [{ samples: 0, stepMs: null }])).toEqual(none);
  expect(throughputInterval(3200, [{ samples: 640, stepMs: { ...steps, meanLow: -1 } }])).toEqual({
    low: 2560,
    high: null,
  });
});
