/** The processes that measure together, as one of them sees them. Every rank makes the same calls in the same order. */
export interface RankGroup {
  readonly rank: number;
  readonly ranks: number;
  /** Among the ranks of one machine. */
  readonly localRank: number;
  /** Aborted, with a ToolError that names the rank as its reason, once another rank is gone or failed. */
  readonly lost: AbortSignal;
  /**
   * Resolves when every rank called it.
   * @param name of this place, each only once
   * @param agreed has to be the same in every rank
   * @throws ToolError RANKS where a rank was lost, or brings another value
   */
  barrier(name: string, agreed?: string): Promise<void>;
  /** Tells the others that this rank is over before its time, and why. Never throws. */
  fail(message: string): Promise<void>;
  /**
   * Every rank's bytes, in rank 0; null of a rank that was lost. Null in the other ranks.
   * @throws ToolError RANKS where rank 0 was lost, or Redis
   */
  gather(bytes: Uint8Array): Promise<(Uint8Array | null)[] | null>;
  /**
   * Rank 0 says how the whole run ended, null for well; the others wait for it.
   * @returns what rank 0 said
   * @throws ToolError RANKS where rank 0 was lost
   */
  conclude(problem: string | null): Promise<string | null>;
  /** Leaves. Never throws. */
  close(): Promise<void>;
}

/** The group of a process on its own. */
export function singleRank(): RankGroup {
  return {
    rank: 0,
    ranks: 1,
    localRank: 0,
    lost: new AbortController().signal,
    barrier: async () => {},
    fail: async () => {},
    gather: async (bytes) => [bytes],
    conclude: async (problem) => problem,
    close: async () => {},
  };
}
