import { counted, formatNumber } from "../../core/units.ts";
import { oldPriceWarnings } from "../../results/prices/old-price.ts";
import { gpuWarnings } from "../../telemetry/gpu/run-figures.ts";
import type { StorageSummary, Warning } from "./summary-shape.ts";

/** Less than this of what was read came from storage: the page cache gave the rest. */
const MOSTLY_CACHED = 0.5;

type Figures = Omit<StorageSummary, "warnings">;

/** What a reader of the figures should know. */
export function warningsOf(summary: Figures): Warning[] {
  return [
    cachedWarning(summary),
    leftOutWarning(summary),
    repeatedKeysWarning(summary),
    verifyWarning(summary),
    idleWarning(summary),
    depthWarning(summary),
    ...validityWarnings(summary),
    ...(summary.gpu === null ? [] : gpuWarnings(summary.gpu)),
    ...oldPriceWarnings(summary.price, Date.parse(summary.run.startedAt)),
  ].filter((w) => w !== null);
}

function cachedWarning({ reads, cache, run }: Figures): Warning | null {
  if (cache.asked === "warm" || run.direct) return null;
  if (reads.processRatio === null || reads.processRatio >= MOSTLY_CACHED) return null;
  return {
    code: "PAGE_CACHE",
    message: `only ${(100 * reads.processRatio).toFixed(1)} % of the bytes came from storage, the rest from the page cache`,
    hint: "This is memory's speed. For the storage's take --direct, or --cache cold with more samples than the run reads.",
  };
}

function leftOutWarning({ dataset: { oddities } }: Figures): Warning | null {
  const { leftOut } = oddities;
  if (leftOut === null) return null;
  return {
    code: "LEFT_OUT",
    message: `only the tar shards are read; left out beside them: ${counted(leftOut.files, "file")}, such as ${leftOut.first}`,
    hint: "--layout files reads every file, each shard too, as one sample.",
  };
}

function repeatedKeysWarning({ dataset: { oddities } }: Figures): Warning | null {
  const { repeatedKeys } = oddities;
  if (repeatedKeys === null) return null;
  const { samples, shard, key } = repeatedKeys;
  return {
    code: "REPEATED_KEYS",
    message: `members of one key do not stand together: ${counted(samples, "sample")} more than there are keys, such as ${key} in ${shard}`,
    hint: "WebDataset makes a sample of each place, too. Sort a shard's members by name (tar --sort=name).",
  };
}

function verifyWarning({ loader }: Figures): Warning | null {
  if (!loader.verify) return null;
  return {
    code: "VERIFY",
    message: "the readers compared every sample with its checksum (--verify), and read nothing meanwhile",
    hint: "Throughput, AU and the loading of steps are worse for it. Leave it out where they are to be the storage's.",
  };
}

function idleWarning({ loader, steps }: Figures): Warning | null {
  const most = loader.readersAtWork?.max ?? 0;
  if (most >= loader.workers || steps.done === 0) return null;
  return {
    code: "IDLE_READERS",
    message: `at most ${formatNumber(most)} of ${formatNumber(loader.workers)} readers were at work at the same time`,
    hint: "Without prefetching (--prefetch-depth 0) one works at a time; with fast storage fewer are enough.",
  };
}

function depthWarning({ loader }: Figures): Warning | null {
  const depth = loader.queueDepth;
  if (depth === null || depth.most >= depth.asked) return null;
  return {
    code: "QUEUE_DEPTH",
    message: `at most ${formatNumber(depth.most)} of ${formatNumber(depth.asked)} reads (--io-depth) of a reader were under way at the same time`,
    hint: "What may be loaded ahead has no more blocks (--prefetch-depth, --mbs, --read-buffer-kb), or memory gave them at once (--direct).",
  };
}

function validityWarnings({ validity }: Figures): Warning[] {
  return validity.reasons.map((reason) => ({
    code: "HARNESS",
    message: reason,
    hint: "Leave the machine more cores, take fewer and larger microbatches, or a longer --compute-ms.",
  }));
}
