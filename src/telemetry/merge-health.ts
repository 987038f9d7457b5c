import type { ClientHealth } from "./client-health.ts";

/**
 * Several processes as one client: CPU and memory add up, delays are those of the worst process, since each one's requests
 * are a share of all.
 */
export function mergeHealth(parts: readonly ClientHealth[]): ClientHealth {
  const worst = (of: (part: ClientHealth) => number) =>
    parts.reduce((most, part) => Math.max(most, of(part)), 0);
  const sum = (of: (part: ClientHealth) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    eventLoopDelayMs: {
      mean: worst((p) => p.eventLoopDelayMs.mean),
      p50: worst((p) => p.eventLoopDelayMs.p50),
      p99: worst((p) => p.eventLoopDelayMs.p99),
      max: worst((p) => p.eventLoopDelayMs.max),
    },
    cpuShare: sum((p) => p.cpuShare),
    cpuUserMs: sum((p) => p.cpuUserMs),
    cpuSystemMs: sum((p) => p.cpuSystemMs),
    maxRssBytes: sum((p) => p.maxRssBytes),
    wallMs: worst((p) => p.wallMs),
  };
}
