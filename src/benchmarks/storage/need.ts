import type { StorageSummary } from "./summary-shape.ts";

/**
 * What the figures say would help an accelerator that waits: `page-cache`: nothing of the storage, it was memory that answered;
 * `more-readers`: all were at work; `prefetch`: readers stood idle while the accelerator waited; `larger-reads`: samples are read in many
 * small pieces, one after the other.
 */
export const remedies = ["page-cache", "more-readers", "prefetch", "larger-reads"] as const;
export type Remedy = (typeof remedies)[number];

/** Whether the data comes fast enough. */
export interface Need {
  /** What would keep the accelerator at its compute all the time. */
  neededBytesPerS: number;
  getsBytesPerS: number;
  starves: boolean;
  /** Empty for one that is fed. */
  remedies: Remedy[];
}

/** Of the AU of a source that costs nothing, so much has to be reached. */
const FED = 0.95;
/** Readers at work, mean over all of them. */
const BUSY = 0.9;
const IDLE = 0.75;
/** Less than this of what was read came from storage. */
const MOSTLY_CACHED = 0.5;
/** Pieces up to this are small. */
const SMALL_READ_BYTES = 1 << 20;

type Figures = Pick<
  StorageSummary,
  | "run"
  | "steps"
  | "windowS"
  | "throughput"
  | "metrics"
  | "compute"
  | "loader"
  | "dataset"
  | "reads"
  | "cache"
  | "validity"
>;

/** @returns null where nobody can tell: no compute, no step, or a harness that was the limit itself */
export function needOf(figures: Figures): Need | null {
  const { throughput, windowS, steps, metrics, compute, validity } = figures;
  const { askedMeanMs, nullSourceAu } = compute;
  if (throughput === null || windowS === null || metrics.stepLoadMs === null) return null;
  if (compute.au === null || validity.verdict === "unfit") return null;
  // As the AU, but for what emulated compute took too long: no storage is to blame for that.
  const fed = askedMeanMs / (askedMeanMs + metrics.stepLoadMs.mean);
  const starves = fed < FED * Math.max(nullSourceAu ?? 1, fed);
  return {
    // All bytes, over the time that every rank computes.
    neededBytesPerS: (throughput.bytesPerS * windowS) / ((steps.done * askedMeanMs) / 1000),
    getsBytesPerS: throughput.bytesPerS,
    starves,
    remedies: starves ? remediesFor(figures) : [],
  };
}

/** Whether the page cache answered most reads. */
export function isMostlyCached({
  reads,
  cache,
  run,
}: {
  reads: Pick<StorageSummary["reads"], "processRatio">;
  cache: Pick<StorageSummary["cache"], "asked">;
  run: Pick<StorageSummary["run"], "direct">;
}): boolean {
  if (run.direct) return false;
  return cache.asked === "warm" || (reads.processRatio !== null && reads.processRatio < MOSTLY_CACHED);
}

function remediesFor(figures: Figures): Remedy[] {
  const { loader, dataset, run } = figures;
  const busy = loader.readersAtWork === null ? null : loader.readersAtWork.mean / loader.workers;
  const found: Remedy[] = [];
  const isCached = isMostlyCached(figures);
  if (isCached) found.push("page-cache");
  if (busy !== null && busy >= BUSY) found.push("more-readers");
  // Memory is there at once: what the readers stand idle for is then the harness's.
  if (busy !== null && busy < IDLE && !isCached) found.push("prefetch");
  const isSmall = loader.blockBytes !== null && loader.blockBytes < SMALL_READ_BYTES;
  const isInPieces = isSmall && dataset.bytes / dataset.samples > loader.blockBytes!;
  if (busy !== null && busy >= BUSY && isInPieces && run.engine !== "io_uring") found.push("larger-reads");
  return found;
}
