import { expect, setDefaultTimeout, test } from "bun:test";
import { describe } from "../../src/analysis/describe.ts";
import type { WindowSummary } from "../../src/benchmarks/serving/summary-shape.ts";
import { judgeClient } from "../../src/benchmarks/serving/validity.ts";
import { type ClientHealth, watchClient } from "../../src/telemetry/client-health.ts";
import { type Measured, measure } from "../support/measure.ts";
import { startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

const ITL_MS = 5;
const RATE_PER_S = 50;

/** Runs a load under watch, while the event loop is blocked for `busyMs` of every 30. */
async function measureBusy(busyMs: number): Promise<Measured & { client: ClientHealth }> {
  const mock = await startMockProcess("--ttft", "20ms", "--itl", `${ITL_MS}ms`);
  const blocking = setInterval(() => {
    const until = performance.now() + busyMs;
    while (performance.now() < until);
  }, 30);
  const end = watchClient({ chunksRead: () => 0, polledMs: () => 0 });
  const measured = await measure(mock.url, {
    load: { kind: "open", arrival: { kind: "poisson", ratePerS: RATE_PER_S }, concurrency: null },
    stop: { durationMs: null, requests: 100 },
  });
  clearInterval(blocking);
  const client = end();
  await mock.stop();
  return { ...measured, client };
}

test("a busy loop in the client's own process makes it unfit", async () => {
  const { records, result, client } = await measureBusy(28);
  const whole = { metrics: { itl: { unit: "ms", ...describe([ITL_MS])! } } } as unknown as WindowSummary;
  const rates = { askedRatePerS: RATE_PER_S, plannedRatePerS: RATE_PER_S, achievedRatePerS: RATE_PER_S };
  const load = {
    kind: "open",
    ...rates,
    arrivals: null,
    concurrency: null,
    peakInFlight: 1,
    hitCap: null,
    workers: 1,
  } as const;
  const { verdict, reasons } = judgeClient(
    { load: { ...load, connections: "reused" }, whole, client: { ...client, calibration: null } },
    records,
    { result },
  );
  expect([verdict, reasons.some((reason) => reason.includes("lateness"))]).toEqual(["unfit", true]);
});
