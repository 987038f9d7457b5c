import { type RetryCause, retryCauses } from "./try-again.ts";

/** What all readers' requests came to. */
export interface NetworkCounts {
  requests: number;
  retries: Record<RetryCause, number>;
}

/** Counters that all threads share: requests, then retries by cause. */
export function networkCounters(memory = new SharedArrayBuffer(4 * (1 + retryCauses.length))): Int32Array {
  return new Int32Array(memory);
}

export function countRequest(counters: Int32Array): void {
  Atomics.add(counters, 0, 1);
}

export function countRetry(counters: Int32Array, cause: RetryCause): void {
  Atomics.add(counters, 1 + retryCauses.indexOf(cause), 1);
}

export function networkCounts(counters: Int32Array): NetworkCounts {
  const retries = retryCauses.map((cause, i) => [cause, Atomics.load(counters, 1 + i)]);
  return {
    requests: Atomics.load(counters, 0),
    retries: Object.fromEntries(retries) as NetworkCounts["retries"],
  };
}
