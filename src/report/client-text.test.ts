import { expect, test } from "bun:test";
import type { Calibration } from "../benchmarks/serving/calibration.ts";
import { clientHealth } from "../telemetry/client-health.fake.ts";
import { clientLines } from "./client-text.ts";

const validity = { verdict: "doubtful", reasons: [] } as const;
const calibration: Calibration = {
  ok: true,
  expected: { requestsPerS: 1000, chunksPerS: 10_000, itlMs: 10, pace: "preflight" },
  requestsPerS: 1048.4,
  chunksPerS: 10_142,
  streams: 512,
  tookMs: 2200,
  ttft: { n: 1571, biasMs: 0.314, spreadMs: 123.456 },
  icl: { n: 14_725, biasMs: -12.345, spreadMs: 0.4 },
};
const lines = (...given: Parameters<typeof clientHealth>) =>
  clientLines({ client: { ...clientHealth(...given), calibration }, validity: { ...validity, reasons: [] } });

test("says who used the CPU, what was late, and the error bars with the load that they hold for", () => {
  expect(lines()).toEqual([
    "Client      doubtful",
    "  CPU       JS 5.0 % (polling 5.0 %) · HTTP 1.0 % · other threads 1.0 %",
    "  delays    event loop p99 500 µs, max 1.00 ms · waited for a CPU 0.1 %",
    "  reading   chunks a turn p99 1, max 2 · GC 3, longest 2.00 ms",
    "  error     TTFT +0.31 ms ± 123.46 (n 1,571) · ICL -12.35 ms ± 0.40 (n 14,725)",
    "            calibrated at 1,048 req/s, 10,142 chunks/s",
  ]);
});

test("several processes are said to be", () => {
  const [first] = clientLines(
    { client: { ...clientHealth(), calibration }, validity: { ...validity, reasons: [] } },
    4,
  );
  expect(first).toBe("Client      doubtful · 4 workers, the worst one's figures");
});

test("fits 80 columns with large figures", () => {
  const large = lines({
    jsBusyShare: 0.999,
    polledShare: 0.999,
    threadShares: { js: 2, http: 0.999, engine: 12.5, other: 3 },
    runQueueWaitShare: 0.999,
    eventLoopDelayMs: { mean: 1, p50: 1, p90: 1, p99: 104_000, max: 104_000 },
    chunkBacklog: { n: 1, p50: 1, p99: 40_000, max: 60_000 },
    collections: { count: 10_000, totalMs: 1, longestMs: 999 },
  });
  expect(large.filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
});

test("what was not measured is not shown", () => {
  const client = {
    ...clientHealth({ threadShares: null, jsBusyShare: null, runQueueWaitShare: null, chunkBacklog: null }),
    collections: null,
    calibration: { ok: false, reason: "no" },
  } as const;
  expect(
    clientLines({ client: { ...client, notMeasured: [] }, validity: { ...validity, reasons: [] } }),
  ).toEqual([
    "Client      doubtful",
    "  CPU       12 % of a core",
    "  delays    event loop p99 500 µs, max 1.00 ms",
  ]);
});
