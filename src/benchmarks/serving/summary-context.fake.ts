import { clientHealth } from "../../telemetry/client-health.fake.ts";
import { fakePlan } from "./plan.fake.ts";
import type { SummaryContext } from "./summary-context.ts";

/** What a summary needs besides the records, for tests: an open loop of one second from instant 0, but for what is given. */
export function fakeContext(given: Partial<SummaryContext> = {}): SummaryContext {
  return {
    plan: fakePlan(),
    result: { startAt: 0, endAt: 1000, hitCap: null, interrupted: false, workers: { count: 1, died: [] } },
    client: clientHealth(),
    calibration: null,
    gpu: null,
    serverMetrics: null,
    toUnixMs: (ms) => 1_700_000_000_000 + ms,
    exactLengths: true,
    connections: "reused",
    slos: null,
    gates: [],
    stallMs: 1000,
    until: [],
    identity: {
      tool: "inferbench",
      version: "0",
      runName: "test",
      startedAt: "2026-01-01T00:00:00Z",
      endpoint: "http://test/v1/completions",
      backend: "openai-completions",
      model: "m",
      seed: 1,
      planHash: "0",
    },
    efficiency: { meter: null, hostWatts: null, gridGramsPerKwh: null, price: null },
    ...given,
  };
}
