import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { fakePlan } from "../../src/benchmarks/serving/plan.fake.ts";
import type { Load } from "../../src/benchmarks/serving/plan.ts";
import { summarize } from "../../src/benchmarks/serving/summary.ts";
import { fakeContext } from "../../src/benchmarks/serving/summary-context.fake.ts";
import { measure } from "../support/measure.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(90_000);

let mock: MockProcess;
// The freeze begins 1 s after a mock's first request, so each test has its own.
beforeEach(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "5ms", "--freeze", "5s@1s");
});
afterEach(() => mock.stop());

/** p99 of TTFT, ms, from both times, and what the summary says of their difference. */
async function measured(load: Load, requests: number) {
  const { records, result } = await measure(mock.url, {
    load,
    stop: { durationMs: null, requests },
    drainMs: 20_000,
    prompts: { describe: {}, at: () => ({ text: "a", promptTokens: 1, maxTokens: 1 }) },
  });
  expect(records.filter((r) => r.failure === null).length).toBe(requests);
  const { whole, warnings } = summarize(records, fakeContext({ plan: fakePlan({ load }), result }));
  const { ttft, ttftFromIntended } = whole!.metrics;
  return {
    fromSent: ttft!.quantiles.p99.value,
    fromIntended: ttftFromIntended!.quantiles.p99.value,
    messageOf: (code: string) => warnings.find((warning) => warning.code === code)?.message,
  };
}

const open = (concurrency: number | null): Load => ({
  kind: "open",
  arrival: { kind: "poisson", ratePerS: 20 },
  concurrency,
});

test("a freeze of 5 s behind a cap shows from intended time, hides from sent time, and the summary names it", async () => {
  // One at a time: during the freeze a single request is stuck, and the others wait behind it in the client.
  const { fromSent, fromIntended, messageOf } = await measured(open(1), 240);
  expect(fromIntended).toBeGreaterThan(4300);
  expect(fromSent).toBeLessThan(500);
  expect(messageOf("coordinated-omission")).toMatch(
    /^TTFT p99 from intended time is [45]\.\d+ s, from sent time [\d.]+ ms: requests waited up to [45]\.\d+ s for a slot/,
  );
});

test("without a cap both times show it, and there is no difference to name", async () => {
  const { fromSent, fromIntended, messageOf } = await measured(open(null), 160);
  expect(fromIntended).toBeGreaterThan(4300);
  expect(fromSent).toBeGreaterThan(4300);
  expect(messageOf("coordinated-omission")).toBeUndefined();
});

test("a closed loop shows it in neither, and the summary says so", async () => {
  const { fromSent, fromIntended, messageOf } = await measured({ kind: "closed", concurrency: 1 }, 200);
  expect(fromIntended).toBeLessThan(500);
  expect(fromSent).toBeLessThan(500);
  expect(messageOf("closed-loop-pause")).toMatch(/^for [45]\.\d+ s no user sent anything/);
});
