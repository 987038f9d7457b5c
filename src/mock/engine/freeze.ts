import { usageError } from "../../core/errors.ts";
import { parseDurationMs } from "../../core/units.ts";

/** The engine stands still for `forMs`, starting `afterMs` after the first generation request arrived. */
export interface Freeze {
  readonly afterMs: number;
  readonly forMs: number;
}

/** `3s@10s`: frozen for 3 s, 10 s after the first request. @throws usageError */
export function parseFreeze(text: string): Freeze {
  const [length, start, ...more] = text.split("@");
  const forMs = length === undefined ? null : parseDurationMs(length);
  const afterMs = start === undefined ? null : parseDurationMs(start);
  if (forMs === null || afterMs === null || more.length > 0) {
    throw usageError(`--freeze: "${text}" is not of the form LENGTH@START with durations, such as 3s@10s`);
  }
  return { afterMs, forMs };
}

/** The freezes of a run on the clock, once the first request has given them their origin. */
export class FreezeWindows {
  private readonly freezes: readonly Freeze[];
  private windows: { startMs: number; endMs: number }[] = [];
  private isAnchored = false;

  constructor(freezes: readonly Freeze[]) {
    this.freezes = freezes.toSorted((a, b) => a.afterMs - b.afterMs);
  }

  /** The first call sets the origin; later ones do nothing. */
  anchor(firstRequestMs: number): void {
    if (this.isAnchored) return;
    this.isAnchored = true;
    this.windows = this.freezes.map(({ afterMs, forMs }) => ({
      startMs: firstRequestMs + afterMs,
      endMs: firstRequestMs + afterMs + forMs,
    }));
  }

  /** The instant itself, or the end of the freeze that it falls into. */
  thaw(atMs: number): number {
    let thawed = atMs;
    for (const { startMs, endMs } of this.windows) if (thawed >= startMs && thawed < endMs) thawed = endMs;
    return thawed;
  }

  /** When work of `workMs` that begins at `startMs` is done, if none is done while frozen. */
  finishOf(startMs: number, workMs: number): number {
    let atMs = this.thaw(startMs);
    let leftMs = workMs;
    for (const window of this.windows) {
      if (window.endMs <= atMs) continue;
      if (atMs + leftMs <= window.startMs) break;
      leftMs -= Math.max(0, window.startMs - atMs);
      atMs = window.endMs;
    }
    return atMs + leftMs;
  }
}
