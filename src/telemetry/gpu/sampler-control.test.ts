import { expect, test } from "bun:test";
import { SamplerControl } from "./sampler-control.ts";

test("counts rounds and what they cost, for another thread to read", () => {
  const control = new SamplerControl();
  const seen = new SamplerControl(control.buffer);
  expect(seen.cost()).toBeNull();
  control.countRound(1000, 2, 1);
  control.countRound(1100, 4, 2);
  control.countRound(1300, 3, 3);
  control.countSkipped(1);
  expect(seen.cost()).toEqual({
    rounds: 3,
    skipped: 1,
    periodMs: 150,
    cpuShare: 3 / 450,
    cpuMsPerRound: 1,
    readMs: 3,
    readMaxMs: 4,
  });
});

test("the word to stop wakes a sleeper, and lets nobody sleep again", () => {
  const control = new SamplerControl();
  control.stop();
  expect(new SamplerControl(control.buffer).isStopped).toBe(true);
  const startedAt = performance.now();
  control.sleep(60_000);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
