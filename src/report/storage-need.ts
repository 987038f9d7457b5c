import type { Remedy } from "../benchmarks/storage/need.ts";
import { formatBytes } from "../core/units.ts";

/** What a summary says of the need, in this version's words or an older or newer one's. */
export interface SaidNeed {
  neededBytesPerS: number;
  getsBytesPerS: number;
  starves: boolean;
  remedies: readonly string[];
}

const REMEDIES: Readonly<Record<Remedy, string>> = {
  "page-cache": "the page cache gave most of it: this says nothing of the storage (--direct)",
  "more-readers": "all readers were at work: more --num-workers, or --io-depth, may help",
  prefetch: "readers stood idle meanwhile: a larger --prefetch-depth may help",
  "larger-reads": "samples come in many small reads: a larger --read-buffer-kb may help",
};

/** `Needs 2.4 GB/s to keep the accelerator busy; gets 1.1 GB/s.` */
export function needSentence({ neededBytesPerS, getsBytesPerS }: SaidNeed): string {
  return `Needs ${formatBytes(neededBytesPerS)}/s to keep the accelerator busy; gets ${formatBytes(getsBytesPerS)}/s.`;
}

/** What would help, from what was measured. */
export function remedyTexts({ remedies }: SaidNeed): string[] {
  return remedies.flatMap((remedy) => (remedy in REMEDIES ? [REMEDIES[remedy as Remedy]] : []));
}
