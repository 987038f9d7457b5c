/** How many reads were under way at the same time, of one reader or of several. */
export interface QueueDepth {
  /** Reads under way times the time that it was so, and that time, in ms; times without any are left out. */
  weightedMs: number;
  busyMs: number;
  most: number;
}

/** Watches a reader's queue: told of its depth whenever it changes. */
export class DepthWatch {
  readonly depth: QueueDepth = { weightedMs: 0, busyMs: 0, most: 0 };
  #now = 0;
  #since = 0;

  set(depth: number, atMs: number): void {
    if (this.#now > 0) {
      this.depth.weightedMs += this.#now * (atMs - this.#since);
      this.depth.busyMs += atMs - this.#since;
    }
    this.#now = depth;
    this.#since = atMs;
    this.depth.most = Math.max(this.depth.most, depth);
  }
}

/** Of all readers: the mean is that of their queues, not their sum. */
export function joinDepths(depths: readonly QueueDepth[]): QueueDepth | null {
  if (depths.length === 0) return null;
  const [first, ...others] = depths as [QueueDepth, ...QueueDepth[]];
  return others.reduce(
    (a, b) => ({
      weightedMs: a.weightedMs + b.weightedMs,
      busyMs: a.busyMs + b.busyMs,
      most: Math.max(a.most, b.most),
    }),
    first,
  );
}
