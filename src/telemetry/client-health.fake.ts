import type { ClientHealth } from "./client-health.ts";

/** What a client with nothing to do goes through in 10 s, but for what is given. For tests. */
export function clientHealth(given: Partial<ClientHealth> = {}): ClientHealth {
  return {
    eventLoopDelayMs: { mean: 0.1, p50: 0.1, p90: 0.2, p99: 0.5, max: 1 },
    cpuShare: 0.12,
    cpuUserMs: 1000,
    cpuSystemMs: 200,
    threadShares: { js: 0.1, http: 0.01, engine: 0.01, other: 0 },
    polledShare: 0.05,
    jsBusyShare: 0.05,
    runQueueWaitShare: 0.001,
    collections: { count: 3, totalMs: 4, longestMs: 2 },
    chunkBacklog: { n: 500, p50: 0, p99: 1, max: 2 },
    maxRssBytes: 1e8,
    wallMs: 10_000,
    notMeasured: [],
    ...given,
  };
}
