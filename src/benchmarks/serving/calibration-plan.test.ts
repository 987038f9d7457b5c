import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ExpectedLoad } from "./calibration-load.ts";
import { type CalibrationPlan, calibrationPlan, mockItlMs } from "./calibration-plan.ts";
import { fakePlan } from "./plan.fake.ts";

const { request } = fakePlan();
const limits = { sendMs: 2000, mostStreams: 1000 };
const load = (requestsPerS: number, chunksPerS: number, itlMs = 10): ExpectedLoad => ({
  requestsPerS,
  chunksPerS,
  itlMs,
  pace: "preflight",
});

/** Chunks a second once all lasting streams are open: each lasting one gives 1000/itl, each short one its tokens. */
function plannedChunksPerS({ plan, streams }: CalibrationPlan, itlMs = 10): number {
  const short = plan.offsetsMs!.length - streams;
  const sendingS = (limits.sendMs * 0.85) / 1000;
  return (streams * 1000) / itlMs + (short * plan.prompts.at(streams).maxTokens) / sendingS;
}

test("requests come at the run's rate, and streams that last bring the chunks to the run's", () => {
  const calibration = calibrationPlan(load(100, 4000), limits, request);
  const short = calibration.plan.offsetsMs!.length - calibration.streams;
  // 170 are expected of this Poisson process in 1.7 s.
  expect(Math.abs(short - 170)).toBeLessThan(4 * Math.sqrt(170));
  expect(calibration.streams).toBe(32);
  expect(Math.abs(plannedChunksPerS(calibration) / 4000 - 1)).toBeLessThan(0.1);
});

test("rates beyond the bounds are calibrated at the bounds, and rates below at enough for an error bar", () => {
  const high = calibrationPlan(load(1e6, 1e8), limits, request);
  expect(high.plan.offsetsMs!.length - high.streams).toBeLessThan(2000);
  expect(plannedChunksPerS(high)).toBeLessThan(11_000);
  const low = calibrationPlan(load(0.1, 1), limits, request);
  expect(low.streams).toBe(0);
  expect(low.plan.offsetsMs!.length).toBeGreaterThan(30);
});

test("the mock keeps the server's gap, but none that its timers cannot", () => {
  expect([mockItlMs(load(1, 1, 12.5)), mockItlMs(load(1, 1, 0.01))]).toEqual([12.5, 1]);
});

test("the lasting streams end by themselves when the sending does", () => {
  const itlMs = 5;
  const { plan, streams } = calibrationPlan(load(30, 3000, itlMs), limits, request);
  for (let i = 0; i < streams; i++) {
    const endMs = plan.offsetsMs![i]! + plan.prompts.at(i).maxTokens * itlMs;
    expect(endMs).toBeWithin(limits.sendMs - itlMs, limits.sendMs + 0.001);
  }
});

test("whatever the load: ascending times within the time, few enough streams, a prompt length for each request", () => {
  const anyLoad = fc.tuple(
    fc.double({ min: 0, max: 1e5, noNaN: true }),
    fc.double({ min: 0, max: 1e7, noNaN: true }),
    fc.double({ min: 0.001, max: 5000, noNaN: true }),
  );
  fc.assert(
    fc.property(anyLoad, fc.integer({ min: 1, max: 65_000 }), ([requests, chunks, itl], mostStreams) => {
      const { plan, streams } = calibrationPlan(
        load(requests, chunks, itl),
        { sendMs: 800, mostStreams },
        request,
      );
      const times = plan.offsetsMs!;
      expect(streams).toBeWithin(0, mostStreams + 1);
      for (let i = 0; i < times.length; i++) {
        expect(times[i]!).toBeWithin(times[i - 1] ?? 0, 800);
        if (i < 20) expect(plan.prompts.at(i)).toMatchObject({ promptTokens: i + 1 });
      }
      expect(plan.prompts.at(2).text.trim().split(" ").length).toBe(3);
    }),
    { numRuns: 50 },
  );
});
