import type { Window } from "./ring.ts";
import type { SeenProcess } from "./sampler-messages.ts";

/** A process on a GPU over a window. */
export interface ProcessSummary {
  pid: number;
  name: string | null;
  /** The most memory that it was seen to hold; null where the driver does not tell. */
  peakMib: number | null;
  /** Whether it belongs to the server under test; null where that cannot be known. */
  isServer: boolean | null;
}

interface Entry extends ProcessSummary {
  firstMs: number;
  lastMs: number;
}

/** The processes that were seen on one GPU. */
export class ProcessLog {
  /** As last seen; null before the first look. */
  latest: readonly SeenProcess[] | null = null;
  readonly #entries = new Map<number, Entry>();

  take(atMs: number, processes: readonly SeenProcess[]): void {
    this.latest = processes;
    for (const { pid, name, usedMib, isServer } of processes) {
      const known = this.#entries.get(pid);
      this.#entries.set(pid, {
        pid,
        name: name ?? known?.name ?? null,
        peakMib: largest(known?.peakMib ?? null, usedMib),
        isServer: isServer ?? known?.isServer ?? null,
        firstMs: known?.firstMs ?? atMs,
        lastMs: atMs,
      });
    }
  }

  /** Those seen inside a window, the largest first; null where nobody looked. */
  within({ fromMs, toMs }: Window): ProcessSummary[] | null {
    if (this.latest === null) return null;
    return [...this.#entries.values()]
      .filter(({ firstMs, lastMs }) => firstMs <= toMs && lastMs >= fromMs)
      .map(({ pid, name, peakMib, isServer }) => ({ pid, name, peakMib, isServer }))
      .sort((a, b) => (b.peakMib ?? 0) - (a.peakMib ?? 0));
  }
}

function largest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
