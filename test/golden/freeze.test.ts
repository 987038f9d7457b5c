import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { quantile } from "../../src/analysis/quantile.ts";
import { ttftFromIntendedMs, ttftMs } from "../../src/benchmarks/serving/metrics.ts";
import type { RequestRecord } from "../../src/benchmarks/serving/record.ts";
import { measure } from "../support/measure.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(90_000);

let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "5ms", "--freeze", "3s@1s");
});
afterAll(() => mock.stop());

function p99(records: readonly RequestRecord[], of: (r: RequestRecord) => number | null): number {
  return quantile(Float64Array.from(records.map((r) => of(r)!)).sort(), 0.99)!;
}

test("a freeze of 3 s behind a cap shows from intended time, and hides from sent time", async () => {
  const { records } = await measure(mock.url, {
    // One at a time: during the freeze a single request is stuck, and the others wait behind it in the client.
    load: { kind: "open", arrival: { kind: "poisson", ratePerS: 30 }, concurrency: 1 },
    stop: { durationMs: null, requests: 300 },
    drainMs: 20_000,
    prompts: { describe: {}, at: () => ({ text: "a", promptTokens: 1, maxTokens: 1 }) },
  });
  expect(records.filter((r) => r.failure === null).length).toBe(300);
  expect(p99(records, ttftFromIntendedMs)).toBeGreaterThan(2500);
  expect(p99(records, ttftMs)).toBeLessThan(500);
});
