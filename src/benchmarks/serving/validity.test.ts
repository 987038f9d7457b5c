import { expect, test } from "bun:test";
import { describe } from "../../analysis/describe.ts";
import { clientHealth } from "../../telemetry/client-health.fake.ts";
import type { ClientHealth } from "../../telemetry/client-health.ts";
import type { Calibration, CalibrationOutcome } from "./calibration.ts";
import { record } from "./record.fake.ts";
import type { RequestRecord } from "./record.ts";
import type { ServingSummary, Validity, WindowSummary } from "./summary-shape.ts";
import { judgeClient } from "./validity.ts";

const whole = {
  metrics: {
    itl: { unit: "ms", ...describe([10, 10, 10])! },
    ttft: { unit: "ms", ...describe([50, 50, 50])! },
  },
} as unknown as WindowSummary;
const load: ServingSummary["load"] = {
  kind: "open",
  askedRatePerS: 10,
  plannedRatePerS: 10,
  achievedRatePerS: 10,
  arrivals: null,
  concurrency: null,
  peakInFlight: 5,
  hitCap: null,
  connections: "reused",
  workers: 1,
};
const late = (ms: number, count = 100): RequestRecord[] =>
  Array.from({ length: count }, () => record({ intendedAt: 0, sentAt: ms }));

interface Given {
  load?: Partial<ServingSummary["load"]>;
  client?: Partial<ClientHealth>;
  calibration?: CalibrationOutcome;
  run?: RequestRecord[];
  interrupted?: boolean;
  died?: string[];
}

function judge(given: Given = {}): Validity {
  const { client, calibration = null, run = late(0.1), interrupted = false, died = [] } = given;
  return judgeClient(
    { load: { ...load, ...given.load }, whole, client: { ...clientHealth(client), calibration } },
    run,
    { result: { startAt: 0, endAt: 1, hitCap: null, interrupted, workers: { count: 2, died } } },
  );
}

const loopDelay = (p90: number, p99: number) => ({
  eventLoopDelayMs: { mean: 0, p50: 0, p90, p99, max: p99 },
});
const calibrated = (ttftSpreadMs: number, iclSpreadMs: number): Calibration => ({
  ok: true,
  expected: { requestsPerS: 10, chunksPerS: 100, itlMs: 10, pace: "preflight" },
  requestsPerS: 30,
  chunksPerS: 100,
  streams: 0,
  tookMs: 2200,
  ttft: { n: 40, biasMs: 0, spreadMs: ttftSpreadMs },
  icl: { n: 400, biasMs: 0, spreadMs: iclSpreadMs },
});

test("small delays and the planned rate are fit", () => {
  expect(judge({ calibration: calibrated(4, 0.9) })).toEqual({ verdict: "fit", reasons: [] });
});

test("less than the planned rate is unfit, but not after an interrupt, nor behind the user's cap", () => {
  const slow = { achievedRatePerS: 9.5 };
  expect(judge({ load: slow }).verdict).toBe("unfit");
  expect(judge({ load: slow, interrupted: true }).verdict).toBe("fit");
  expect(judge({ load: { ...slow, hitCap: "concurrency" }, run: late(20) }).verdict).toBe("fit");
});

test("the client's own cap is unfit", () => {
  expect(judge({ load: { hitCap: "client" } }).verdict).toBe("unfit");
});

test("a worker that died is unfit, whatever else was well", () => {
  expect(judge({ died: ["worker 2 of 2 ended"] })).toEqual({
    verdict: "unfit",
    reasons: ["worker 2 of 2 ended"],
  });
});

test.each([
  ["lateness", { run: late(2) }, { run: late(11) }],
  ["event-loop delay", { client: loopDelay(1, 6) }, { client: loopDelay(11, 12) }],
] as [string, Given, Given][])(
  "%s: a tail against the inter-token latency is doubtful, a tenth beyond a whole token unfit",
  (name, tail, tenth) => {
    expect(judge(tail)).toMatchObject({ verdict: "doubtful", reasons: [expect.stringContaining(name)] });
    expect(judge(tenth)).toMatchObject({ verdict: "unfit", reasons: [expect.stringContaining(name)] });
  },
);

test("too few values are no tenth: the tail alone speaks", () => {
  expect(judge({ run: late(11, 49) }).verdict).toBe("doubtful");
  expect(judge({ client: { ...loopDelay(11, 12), wallMs: 900 } }).verdict).toBe("doubtful");
});

test.each([
  ["JavaScript thread", { jsBusyShare: 0.9 }],
  ["HTTP thread", { threadShares: { js: 0.1, http: 0.9, engine: 0, other: 0 } }],
] as [string, Partial<ClientHealth>][])(
  "a busy %s is unfit, where the run was long enough",
  (thread, client) => {
    expect(judge({ client })).toMatchObject({ verdict: "unfit", reasons: [expect.stringContaining(thread)] });
    expect(judge({ client: { ...client, wallMs: 900 } }).verdict).toBe("fit");
  },
);

test("a core of which most was spent on polling is fit", () => {
  const threadShares = { js: 0.97, http: 0.02, engine: 0, other: 0 };
  expect(judge({ client: { threadShares, polledShare: 0.9, jsBusyShare: 0.07 } }).verdict).toBe("fit");
});

test("waiting for a CPU: a tenth of the time is doubtful, half of it unfit", () => {
  const waited = (runQueueWaitShare: number) => judge({ client: { runQueueWaitShare } }).verdict;
  expect([waited(0.09), waited(0.2), waited(0.6)]).toEqual(["fit", "doubtful", "unfit"]);
});

test("what /proc does not say is not judged", () => {
  const unknown = { threadShares: null, jsBusyShare: null, runQueueWaitShare: null };
  expect(judge({ client: unknown }).verdict).toBe("fit");
});

test("an error bar over a tenth of the median is doubtful, and names the metric", () => {
  expect(judge({ calibration: calibrated(4, 1.1) }).reasons).toEqual([
    expect.stringContaining("ICL, 1.10 ms"),
  ]);
  expect(judge({ calibration: calibrated(6, 0.9) }).reasons).toEqual([
    expect.stringContaining("TTFT, 6.00 ms"),
  ]);
  expect(judge({ calibration: { ok: false, reason: "no" } }).verdict).toBe("fit");
});
