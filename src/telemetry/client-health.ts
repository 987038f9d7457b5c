import { monitorEventLoopDelay } from "node:perf_hooks";

/** What the load generator's own process went through during a run. */
export interface ClientHealth {
  /** How late the event loop's timers fired, ms. */
  eventLoopDelayMs: { mean: number; p50: number; p99: number; max: number };
  /** CPU of the whole process (all threads) over wall time: 1 is one core. */
  cpuShare: number;
  cpuUserMs: number;
  cpuSystemMs: number;
  maxRssBytes: number;
  wallMs: number;
}

/** Sampling period of the event-loop delay: each sample wakes the process. */
const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

/** Starts watching this process; the returned function ends it and says what was seen. */
export function watchClient(): () => ClientHealth {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  return () => {
    delay.disable();
    const cpu = process.cpuUsage(cpuBefore);
    const wallMs = performance.now() - startedAt;
    const [cpuUserMs, cpuSystemMs] = [cpu.user / 1000, cpu.system / 1000];
    return {
      eventLoopDelayMs: {
        mean: finite(delay.mean) / NS_PER_MS,
        p50: delay.percentile(50) / NS_PER_MS,
        p99: delay.percentile(99) / NS_PER_MS,
        max: delay.max / NS_PER_MS,
      },
      cpuShare: (cpuUserMs + cpuSystemMs) / wallMs,
      cpuUserMs,
      cpuSystemMs,
      // ru_maxrss counts KiB on Linux.
      maxRssBytes: process.resourceUsage().maxRSS * 1024,
      wallMs,
    };
  };
}

/** A run shorter than one sample has no mean. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
