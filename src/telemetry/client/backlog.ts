/** How many chunks waited to be read in one turn of the event loop: all but the first were stamped late. */
export interface ChunkBacklog {
  /** Turns that were looked at. */
  n: number;
  p50: number;
  p99: number;
  max: number;
}

/** One turn is looked at this often. */
const SAMPLE_MS = 20;

/**
 * Samples turns of the event loop: the counter when a timer fires, and again in the turn after. Costs a chunk nothing but the
 * increment of its counter. @param chunksRead the counter
 * @returns ends it; null where no turn was looked at
 */
export function watchBacklog(chunksRead: () => number): () => ChunkBacklog | null {
  const turns = new Map<number, number>();
  let immediate: ReturnType<typeof setImmediate> | undefined;
  const timer = setInterval(() => {
    const before = chunksRead();
    immediate = setImmediate(() => {
      const waited = chunksRead() - before;
      turns.set(waited, (turns.get(waited) ?? 0) + 1);
    });
  }, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    clearImmediate(immediate);
    return backlogOf(turns);
  };
}

/** @param turns number of turns by the chunks that were read in them */
export function backlogOf(turns: ReadonlyMap<number, number>): ChunkBacklog | null {
  const sorted = [...turns].sort(([a], [b]) => a - b);
  const n = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (n === 0) return null;
  return { n, p50: quantile(sorted, 0.5 * n), p99: quantile(sorted, 0.99 * n), max: sorted.at(-1)![0] };
}

/** The smallest value that so many of the counted ones do not exceed. */
function quantile(sorted: readonly (readonly [value: number, count: number])[], wanted: number): number {
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= wanted) return value;
  }
  return sorted.at(-1)![0];
}
