import { describe, expect, test } from "bun:test";
import { RunCollector } from "./collect.ts";
import { overTime } from "./over-time-data.ts";
import { fakeRecord } from "./run.fake.ts";

function runOf(requests: number, ratePerS: number) {
  const collector = new RunCollector();
  for (let i = 0; i < requests; i++) collector.add(fakeRecord(i, ratePerS, 8));
  const collected = collector.finish();
  const endAt = collected.spans.reduce((latest, span) => Math.max(latest, span.endAt), 0);
  return { collected, window: { startAt: collected.spans[0]!.intendedAt, endAt } };
}

const sumOver = (edgesS: readonly number[], perS: Float64Array) =>
  perS.reduce((sum, value, i) => sum + value * (edgesS[i + 1]! - edgesS[i]!), 0);

describe("a run by time", () => {
  const { collected, window } = runOf(400, 20);
  const run = overTime(collected, window, null);

  test("has every request and every token in some bin", () => {
    const { edgesS } = run;
    expect([edgesS[0], edgesS.at(-1)]).toEqual([0, (window.endAt - window.startAt) / 1000]);
    expect(sumOver(edgesS, run.sentPerS)).toBeCloseTo(400);
    expect(sumOver(edgesS, run.succeededPerS)).toBeCloseTo(380);
    expect(sumOver(edgesS, run.failedPerS)).toBeCloseTo(20);
    expect(sumOver(edgesS, run.tokensPerS)).toBeCloseTo(380 * 8);
  });

  test("has as many in flight as requests take time (Little's law)", () => {
    const busyMs = collected.spans.reduce((sum, { sentAt, endAt }) => sum + endAt - sentAt!, 0);
    expect(sumOver(run.edgesS, run.inFlight.mean) * 1000).toBeCloseTo(busyMs, 3);
  });

  test("shows each TTFT of a small run, quantiles of a large one", () => {
    expect(run.ttft.kind === "points" && run.ttft.points.length).toBe(380);
    const large = runOf(3000, 200);
    const { ttft } = overTime(large.collected, large.window, null);
    if (ttft.kind !== "quantiles") throw new Error("points");
    for (const [i, [, p50]] of ttft.p50.entries()) {
      expect(p50).toBeLessThanOrEqual(ttft.p90[i]![1]);
      expect(ttft.p90[i]![1]).toBeLessThanOrEqual(ttft.most[i]![1]);
    }
  });
});

test("what the end of the run cut off has not failed, and shows the TTFT that it had", () => {
  const collector = new RunCollector();
  const failure = { class: "aborted", phase: "body", message: "the run ended" } as const;
  for (const i of [1, 2, 3]) collector.add({ ...fakeRecord(i, 20, 8), ...(i === 3 ? { failure } : {}) });
  const collected = collector.finish();
  const run = overTime(collected, { startAt: collected.spans[0]!.intendedAt, endAt: 60_000 }, null);
  expect(sumOver(run.edgesS, run.succeededPerS)).toBeCloseTo(2);
  expect(sumOver(run.edgesS, run.failedPerS)).toBe(0);
  expect(run.ttft.kind === "points" && run.ttft.points.length).toBe(3);
});

test("GPU readings come by the wall clock, and a bin without any has no value", () => {
  const { collected, window } = runOf(40, 20);
  const at = (ms: number, utilizationPercent: number | null) => ({
    unixMs: 1e12 + ms,
    gpu: 3,
    utilizationPercent,
    powerW: null,
  });
  const readings = [at(-500, 99), at(5, 40), at(8, 60), at(1000, null)];
  const { gpus, widthMs } = overTime(collected, window, {
    readings,
    startAt: window.startAt,
    startUnixMs: 1e12,
  });
  expect(widthMs).toBe(20);
  expect(gpus.map(({ gpu }) => gpu)).toEqual([3]);
  expect(gpus[0]!.utilizationPercent[0]).toBe(50);
  expect(new Set(gpus[0]!.utilizationPercent.slice(1))).toEqual(new Set([null]));
  expect(new Set(gpus[0]!.powerW)).toEqual(new Set([null]));
});
