/** What the session's hash says of one rank. */
export interface RankState {
  /** Counts up while the process lives. */
  beat: string | null;
  /** Why it failed, in its own words. */
  failed: string | null;
  /** It ended its part in the session. */
  left: boolean;
}

/**
 * Tells which ranks were lost, by nothing but this process's own clock: one whose beat did not change for longer than the time-out,
 * and one that says itself that it failed. While this process is held up it sees no beats: of the time between two looks no more than two
 * beats' counts as silence.
 */
export class Liveness {
  readonly #timeoutMs: number;
  readonly #mostMs: number;
  readonly #seen = new Map<number, { beat: string | null; silentMs: number; lookedAtMs: number }>();

  /** @param beatMs how far apart beats are */
  constructor(timeoutMs: number, beatMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#mostMs = 2 * beatMs;
  }

  /** @returns why the rank counts as lost, or null */
  look(rank: number, { beat, failed, left }: RankState, nowMs: number): string | null {
    if (failed !== null) return failed;
    if (left) return null;
    const last = this.#seen.get(rank);
    const isSilent = last !== undefined && last.beat === beat;
    const silentMs = isSilent ? last.silentMs + Math.min(nowMs - last.lookedAtMs, this.#mostMs) : 0;
    this.#seen.set(rank, { beat, silentMs, lookedAtMs: nowMs });
    return silentMs > this.#timeoutMs ? `not heard of for ${(silentMs / 1000).toFixed(1)} s` : null;
  }
}

/** `rank 2`, `ranks 1, 3 and 5`, and no more than a few of them by number. */
export function rankNames(ranks: readonly number[]): string {
  const shown = ranks.slice(0, 8).map(String);
  const names = ranks.length > shown.length ? [...shown, `${ranks.length - shown.length} more`] : shown;
  const last = names.at(-1)!;
  return names.length === 1 ? `rank ${last}` : `ranks ${names.slice(0, -1).join(", ")} and ${last}`;
}
