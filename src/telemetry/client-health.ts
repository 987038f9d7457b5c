import { monitorEventLoopDelay } from "node:perf_hooks";
import { type ChunkBacklog, watchBacklog } from "./client/backlog.ts";
import { type Collections, watchCollections } from "./client/collections.ts";
import { type ByThread, readThreads, type ThreadReading } from "./client/threads.ts";

/** What the load generator's own process went through during a run. A share of 1 is one core. */
export interface ClientHealth {
  /** How late the event loop's timers fired, ms. */
  eventLoopDelayMs: { mean: number; p50: number; p90: number; p99: number; max: number };
  /** CPU of the whole process (all threads) over wall time. */
  cpuShare: number;
  cpuUserMs: number;
  cpuSystemMs: number;
  /** CPU of each kind of thread over wall time; threads that ended meanwhile are in `other`. */
  threadShares: ByThread | null;
  /** Of `threadShares.js`: turning the event loop for nothing but to be awake at a send time. */
  polledShare: number;
  /** The rest of it: the work that the JS thread had. */
  jsBusyShare: number | null;
  /** Share of the time in which the JS thread could have run but waited for a CPU. */
  runQueueWaitShare: number | null;
  collections: Collections | null;
  chunkBacklog: ChunkBacklog | null;
  maxRssBytes: number;
  wallMs: number;
  /** What of this is null, and why; empty where all was measured. */
  notMeasured: string[];
}

/** Counters that go up while a run goes on. */
export interface ClientCounters {
  /** Chunks read from connections. */
  chunksRead(): number;
  /** ms for which the event loop was turned for nothing but waiting. */
  polledMs(): number;
}

/** Sampling period of the event-loop delay: each sample wakes the process. */
const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

/** Starts watching this process; the returned function ends it and says what was seen. */
export function watchClient(counters: ClientCounters): () => ClientHealth {
  const endBacklog = watchBacklog(counters.chunksRead);
  const endCollections = watchCollections();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const threadsBefore = readThreads();
  const polledBeforeMs = counters.polledMs();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  return () => {
    delay.disable();
    const cpu = process.cpuUsage(cpuBefore);
    const wallMs = performance.now() - startedAt;
    const [cpuUserMs, cpuSystemMs] = [cpu.user / 1000, cpu.system / 1000];
    const polledShare = (counters.polledMs() - polledBeforeMs) / wallMs;
    const cpuShare = (cpuUserMs + cpuSystemMs) / wallMs;
    const threads = threadFigures(threadsBefore, readThreads(), { wallMs, cpuShare, polledShare });
    const collections = endCollections();
    return {
      eventLoopDelayMs: {
        mean: finite(delay.mean) / NS_PER_MS,
        p50: delay.percentile(50) / NS_PER_MS,
        p90: delay.percentile(90) / NS_PER_MS,
        p99: delay.percentile(99) / NS_PER_MS,
        max: delay.max / NS_PER_MS,
      },
      cpuShare,
      cpuUserMs,
      cpuSystemMs,
      polledShare,
      ...threads.figures,
      collections,
      chunkBacklog: endBacklog(),
      // ru_maxrss counts KiB on Linux.
      maxRssBytes: process.resourceUsage().maxRSS * 1024,
      wallMs,
      notMeasured: [
        ...threads.missing,
        ...(collections === null ? ["garbage collections: this Bun does not count them"] : []),
      ],
    };
  };
}

type ThreadFigures = Pick<ClientHealth, "threadShares" | "jsBusyShare" | "runQueueWaitShare">;

/** Pure: what two readings say, and what they do not. */
export function threadFigures(
  before: ThreadReading,
  after: ThreadReading,
  { wallMs, cpuShare, polledShare }: Pick<ClientHealth, "wallMs" | "cpuShare" | "polledShare">,
): { figures: ThreadFigures; missing: string[] } {
  if (!before.ok) return unknownThreads(before.reason);
  if (!after.ok) return unknownThreads(after.reason);
  // A compiler thread that ended took its time along.
  const share = (kind: "js" | "http" | "engine") =>
    Math.max(0, after.times.cpuMs[kind] - before.times.cpuMs[kind]) / wallMs;
  const [js, http, engine] = [share("js"), share("http"), share("engine")];
  const other = Math.max(0, cpuShare - js - http - engine);
  const [waitedBefore, waitedAfter] = [before.times.jsWaitMs, after.times.jsWaitMs];
  const isWaitKnown = waitedBefore !== null && waitedAfter !== null;
  return {
    figures: {
      threadShares: { js, http, engine, other },
      jsBusyShare: Math.max(0, js - polledShare),
      runQueueWaitShare: isWaitKnown ? (waitedAfter - waitedBefore) / wallMs : null,
    },
    missing: isWaitKnown ? [] : ["waiting for a CPU: this kernel does not count it (schedstat)"],
  };
}

function unknownThreads(reason: string): { figures: ThreadFigures; missing: string[] } {
  return {
    figures: { threadShares: null, jsBusyShare: null, runQueueWaitShare: null },
    missing: [`CPU of each thread: ${reason}`],
  };
}

/** A run shorter than one sample has no mean. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
