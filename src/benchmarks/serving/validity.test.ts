import { expect, test } from "bun:test";
import { describe } from "../../analysis/describe.ts";
import { record } from "./record.fake.ts";
import type { WindowSummary } from "./summary-shape.ts";
import { judgeClient } from "./validity.ts";

const whole = { metrics: { itl: { unit: "ms", ...describe([10, 10, 10])! } } } as unknown as WindowSummary;
const client = (p99: number) => ({
  eventLoopDelayMs: { mean: 0, p50: 0, p99, max: p99 },
  cpuShare: 0.1,
  cpuUserMs: 1,
  cpuSystemMs: 1,
  maxRssBytes: 1,
  wallMs: 1000,
});
const load = {
  kind: "open" as const,
  askedRatePerS: 10,
  plannedRatePerS: 10,
  achievedRatePerS: 10,
  arrivals: null,
  concurrency: null,
  peakInFlight: 5,
  hitCap: null,
  connections: "reused" as const,
  workers: 1,
};
const context = (interrupted = false, died: string[] = []) => ({
  result: { startAt: 0, endAt: 1, hitCap: null, interrupted, workers: { count: 2, died } },
});
const onTime = [record({ intendedAt: 0, sentAt: 0.1 })];
const late = [record({ intendedAt: 0, sentAt: 2 })];

test("small delays and the planned rate are fit", () => {
  expect(judgeClient({ load, whole, client: client(1) }, onTime, context())).toEqual({
    verdict: "fit",
    reasons: [],
  });
});

test("less than the planned rate is unfit, but not after an interrupt, nor behind the user's cap", () => {
  const slow = { ...load, achievedRatePerS: 9.5 };
  expect(judgeClient({ load: slow, whole, client: client(1) }, onTime, context()).verdict).toBe("unfit");
  expect(judgeClient({ load: slow, whole, client: client(1) }, onTime, context(true)).verdict).toBe("fit");
  const held = { ...slow, hitCap: "concurrency" as const };
  expect(judgeClient({ load: held, whole, client: client(1) }, late, context()).verdict).toBe("fit");
});

test("the client's own cap is unfit", () => {
  const capped = { ...load, hitCap: "client" as const };
  expect(judgeClient({ load: capped, whole, client: client(1) }, onTime, context()).verdict).toBe("unfit");
});

test("a worker that died is unfit, whatever else was well", () => {
  const died = context(false, ["worker 2 of 2 ended"]);
  expect(judgeClient({ load, whole, client: client(1) }, onTime, died)).toEqual({
    verdict: "unfit",
    reasons: ["worker 2 of 2 ended"],
  });
});

test("lateness and event-loop delay against the inter-token latency are doubtful", () => {
  expect(judgeClient({ load, whole, client: client(1) }, late, context())).toMatchObject({
    verdict: "doubtful",
  });
  expect(judgeClient({ load, whole, client: client(6) }, onTime, context()).reasons[0]).toContain("60.0 %");
});
