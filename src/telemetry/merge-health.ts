import type { ClientHealth } from "./client-health.ts";

/**
 * Several processes as one client: CPU, memory and collections add up; delays and the load of a thread are those of the
 * worst process, since each one's requests are a share of all. What one of them could not measure is not known of the whole.
 */
export function mergeHealth(parts: readonly ClientHealth[]): ClientHealth {
  const values = (of: (part: ClientHealth) => number) => parts.map(of);
  const worst = (of: (part: ClientHealth) => number) => Math.max(0, ...values(of));
  const sum = (of: (part: ClientHealth) => number) => values(of).reduce((total, value) => total + value, 0);
  const known = <T>(of: (part: ClientHealth) => T | null) => {
    const each = parts.map(of);
    return each.length > 0 && each.every((value) => value !== null) ? (each as T[]) : null;
  };
  const shares = known((p) => p.threadShares);
  const collections = known((p) => p.collections);
  const backlogs = known((p) => p.chunkBacklog);
  return {
    eventLoopDelayMs: {
      mean: worst((p) => p.eventLoopDelayMs.mean),
      p50: worst((p) => p.eventLoopDelayMs.p50),
      p90: worst((p) => p.eventLoopDelayMs.p90),
      p99: worst((p) => p.eventLoopDelayMs.p99),
      max: worst((p) => p.eventLoopDelayMs.max),
    },
    cpuShare: sum((p) => p.cpuShare),
    cpuUserMs: sum((p) => p.cpuUserMs),
    cpuSystemMs: sum((p) => p.cpuSystemMs),
    threadShares: shares && {
      js: Math.max(...shares.map(({ js }) => js)),
      http: Math.max(...shares.map(({ http }) => http)),
      engine: Math.max(...shares.map(({ engine }) => engine)),
      other: Math.max(...shares.map(({ other }) => other)),
    },
    polledShare: worst((p) => p.polledShare),
    jsBusyShare: worstOf(known((p) => p.jsBusyShare)),
    runQueueWaitShare: worstOf(known((p) => p.runQueueWaitShare)),
    collections: collections && {
      count: collections.reduce((total, { count }) => total + count, 0),
      totalMs: collections.reduce((total, { totalMs }) => total + totalMs, 0),
      longestMs: Math.max(...collections.map(({ longestMs }) => longestMs)),
    },
    chunkBacklog: backlogs && {
      n: backlogs.reduce((total, { n }) => total + n, 0),
      p50: Math.max(...backlogs.map(({ p50 }) => p50)),
      p99: Math.max(...backlogs.map(({ p99 }) => p99)),
      max: Math.max(...backlogs.map(({ max }) => max)),
    },
    maxRssBytes: sum((p) => p.maxRssBytes),
    wallMs: worst((p) => p.wallMs),
    notMeasured: [...new Set(parts.flatMap(({ notMeasured }) => notMeasured))],
  };
}

function worstOf(values: readonly number[] | null): number | null {
  return values && Math.max(...values);
}
