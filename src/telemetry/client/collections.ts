import { GCProfiler } from "node:v8";

/** Garbage collections of this process. */
export interface Collections {
  count: number;
  /** From the begin to the end of each, ms. JavaScriptCore collects beside the program for a part of that, so a pause is no longer. */
  totalMs: number;
  longestMs: number;
}

/** Each collection is held in memory with the heap's figures, about 1 KB, until it is taken. */
const TAKE_MS = 10_000;
const US_PER_MS = 1000;

/**
 * Counts garbage collections until the returned function is called; a collection under way at that moment, or at one of the
 * moments at which figures are taken meanwhile, is not seen. null where this Bun has no profiler of them.
 */
export function watchCollections(): () => Collections | null {
  const seen: Collections = { count: 0, totalMs: 0, longestMs: 0 };
  let profiler: GCProfiler;
  try {
    profiler = new GCProfiler();
    profiler.start();
  } catch {
    return () => null;
  }
  const take = () => {
    for (const { cost } of profiler.stop()?.statistics ?? []) {
      seen.count++;
      seen.totalMs += cost / US_PER_MS;
      seen.longestMs = Math.max(seen.longestMs, cost / US_PER_MS);
    }
  };
  const timer = setInterval(() => {
    take();
    profiler.start();
  }, TAKE_MS);
  return () => {
    clearInterval(timer);
    take();
    return seen;
  };
}
