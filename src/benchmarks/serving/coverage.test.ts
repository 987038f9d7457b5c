import { expect, test } from "bun:test";
import { describeSample } from "./describe-metric.ts";
import { metricNamed } from "./metric-table.ts";
import { sampleOf } from "./sample.ts";
import { RUN_MS, type SimulatedRun, simulatedRun, TTFT_MS, TTFT_SD } from "./simulated-run.fake.ts";
import { dueWithin, steadyWindow, timesOf } from "./windows.ts";

/*
 * The proof that the steady window's figures are what they say, from records to intervals, warm-up cut included: the share of simulated
 * runs with known truth whose intervals cover it.
 */

const RUNS = 300;
const TRUTH = {
  mean: TTFT_MS * Math.exp(TTFT_SD ** 2 / 2),
  p50: TTFT_MS,
  p99: TTFT_MS * Math.exp(TTFT_SD * 2.3263478740408408),
};

function coverage(scenario: SimulatedRun) {
  const covered = { mean: 0, p50: 0, p99: 0 };
  let tooEarly = 0;
  for (let seed = 0; seed < RUNS; seed++) {
    const { records, warmupEndMs } = simulatedRun(seed, scenario);
    const window = steadyWindow(records.map(timesOf))!;
    if (warmupEndMs - window.startAt > 0.05 * RUN_MS) tooEarly++;
    const ttft = describeSample(sampleOf(metricNamed("ttft")!, dueWithin(records, window)))!;
    const { p50, p99 } = ttft.quantiles;
    const intervals = { mean: { low: ttft.meanLow, high: ttft.meanHigh }, p50, p99 };
    for (const name of ["mean", "p50", "p99"] as const) {
      const { low, high } = intervals[name];
      if (low! <= TRUTH[name] && (high === null || TRUTH[name] <= high)) covered[name]++;
    }
  }
  return { tooEarly: tooEarly / RUNS, covered };
}

test.each([
  ["independent requests", { requests: 2000, phi: 0, warmupFrom: null }],
  ["independent requests after a cold start", { requests: 2000, phi: 0, warmupFrom: 5 }],
  ["AR(1) 0.6", { requests: 2500, phi: 0.6, warmupFrom: null }],
  ["AR(1) 0.6 after a cold start", { requests: 2500, phi: 0.6, warmupFrom: 5 }],
  ["AR(1) 0.6 after a ramp from far below", { requests: 2500, phi: 0.6, warmupFrom: 0.2 }],
  ["AR(1) 0.9", { requests: 2500, phi: 0.9, warmupFrom: null }],
])("92 to 98 %% of the steady windows' intervals of TTFT cover the truth: %s", (_, scenario) => {
  const { tooEarly, covered } = coverage(scenario);
  for (const [name, count] of Object.entries(covered)) {
    expect(count / RUNS, name).toBeGreaterThanOrEqual(0.92);
    expect(count / RUNS, name).toBeLessThanOrEqual(0.98);
  }
  expect(tooEarly).toBeLessThanOrEqual(0.05);
});
