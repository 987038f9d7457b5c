import { counted, formatBytes, formatNumber } from "../../core/units.ts";
import { rankNames } from "../../ranks/liveness.ts";
import { oldPriceWarnings } from "../../results/prices/old-price.ts";
import { gpuWarnings } from "../../telemetry/gpu/run-figures.ts";
import { isMostlyCached } from "./need.ts";
import type { StorageSummary, Warning } from "./summary-shape.ts";
import { isTooShort, unconfirmedReason } from "./validity.ts";

type Figures = Omit<StorageSummary, "warnings">;

/** What a reader of the figures should know. */
export function warningsOf(summary: Figures): Warning[] {
  return [
    lostRanksWarning(summary),
    cachedWarning(summary),
    memoryWarning(summary),
    emptyWarning(summary),
    leftOutWarning(summary),
    repeatedKeysWarning(summary),
    verifyWarning(summary),
    idleWarning(summary),
    depthWarning(summary),
    busyReadersWarning(summary),
    smallDataWarning(summary),
    ...validityWarnings(summary),
    ...(summary.gpu === null ? [] : gpuWarnings(summary.gpu)),
    ...oldPriceWarnings(summary.price, Date.parse(summary.run.startedAt)),
  ].filter((w) => w !== null);
}

function lostRanksWarning({ lostRanks, ranks }: Figures): Warning | null {
  if (lostRanks.length === 0) return null;
  const there = counted(ranks?.length ?? 0, "rank");
  return {
    code: "LOST_RANKS",
    message: `${rankNames(lostRanks)} ${lostRanks.length === 1 ? "was" : "were"} lost: throughput and all other figures are of the ${there} that handed theirs over`,
    hint: "The rows that a lost rank wrote until then are in its own files.",
  };
}

function cachedWarning({ reads, cache, run }: Figures): Warning | null {
  if (cache.asked === "warm" || reads.processRatio === null || !isMostlyCached({ reads, cache, run }))
    return null;
  return {
    code: "PAGE_CACHE",
    message: `only ${(100 * reads.processRatio).toFixed(1)} % of the bytes came from storage, the rest from the page cache`,
    hint: "This is memory's speed. For the storage's take --direct, or --cache cold with more samples than the run reads.",
  };
}

/** Of O_DIRECT reads the kernel counts all; where it counts hardly any, no disk was read for this process. */
const HARDLY_ANY = 0.05;

function isFromMemory({ reads, run }: Figures): boolean {
  return run.direct && reads.processRatio !== null && reads.processRatio < HARDLY_ANY;
}

function memoryWarning(summary: Figures): Warning | null {
  if (!isFromMemory(summary)) return null;
  return {
    code: "NOT_FROM_STORAGE",
    message: `${(100 * summary.reads.processRatio!).toFixed(1)} % of the bytes came from storage, although --direct goes past the page cache`,
    hint: "A memory file system (tmpfs) gives memory's speed. Of file systems with caches or readers of their own (ZFS, FUSE) the kernel does not count what they read.",
  };
}

function emptyWarning({ dataset: { oddities } }: Figures): Warning | null {
  const { empty } = oddities;
  if (empty === null) return null;
  const { files, first } = empty;
  return {
    code: "EMPTY_FILES",
    message: `${files === 1 ? "1 file has no sample in it" : `${formatNumber(files)} files have no sample in them`}, such as ${first}`,
    hint: "They are left out. Where samples should be in them, they were cut off, or are still being written.",
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

const FEW_STEPS = 10;

function idleWarning({ loader, steps, need, validity }: Figures): Warning | null {
  const most = loader.readersAtWork?.max ?? 0;
  // Of a few steps the microbatches are not enough for all of them to be seen, nor where most were in memory before.
  const isShort = validity.reasons.some(isTooShort) || steps.done < FEW_STEPS;
  const isUnseen = loader.prefetchDepth > 0 && isShort;
  // Where the accelerator waits all the same, `need` says what would help.
  const isOther = loader.prefetchDepth > 0 && need?.starves === true;
  if (most >= loader.workers || steps.done === 0 || isUnseen || isOther) return null;
  return {
    code: "IDLE_READERS",
    message: `at most ${formatNumber(most)} of ${formatNumber(loader.workers)} readers were at work at the same time`,
    hint:
      loader.prefetchDepth === 0
        ? "Without prefetching (--prefetch-depth 0) one works at a time."
        : "With storage that is so fast fewer are enough (--num-workers).",
  };
}

function depthWarning({ loader }: Figures): Warning | null {
  const depth = loader.queueDepth;
  if (depth === null || depth.most === 0 || depth.most >= depth.asked) return null;
  return {
    code: "QUEUE_DEPTH",
    message: `at most ${formatNumber(depth.most)} of ${formatNumber(depth.asked)} reads (--io-depth) of a reader were under way at the same time`,
    hint: "What may be loaded ahead has no more blocks (--prefetch-depth, --mbs, --read-buffer-kb), or memory gave them at once (--direct).",
  };
}

/** All readers at work for this share of the time: more of them might have got more. */
const ALL_BUSY = 0.95;

/** A limit that was searched for may be the readers' own. */
function busyReadersWarning({ accelerators, loader }: Figures): Warning | null {
  const { readersAtWork, workers } = loader;
  if (accelerators === null || readersAtWork === null || readersAtWork.mean < ALL_BUSY * workers) return null;
  return {
    code: "READERS_LIMIT",
    message: `all ${counted(workers, "reader")} were at work nearly all the time: they may be the limit, and not the storage`,
    hint: `Search again with more of them (--num-workers ${2 * workers}) until the number stays the same.`,
  };
}

/**
 * What MLPerf Storage asks for, so that no cache answers: 5 times the memory of the machines that read.
 * Source: mlcommons/storage v2.0, Submission_guidelines.md, and HOST_MEMORY_MULTIPLIER in mlpstorage/config.py
 */
const MEMORY_TIMES = 5;

function smallDataWarning(figures: Figures): Warning | null {
  const { dataset, accelerators, run, cache } = figures;
  if (run.engine === null || cache.asked === "warm" || (accelerators === null && !run.direct)) return null;
  const tightest = tightestMachine(figures);
  if (tightest === null || tightest.bytes >= MEMORY_TIMES * tightest.memoryBytes) return null;
  if (isFromMemory(figures)) return null;
  const { bytes, memoryBytes, host } = tightest;
  const wanted = Math.ceil((dataset.samples * MEMORY_TIMES * memoryBytes) / bytes);
  return {
    code: "SMALL_DATA",
    message:
      host === null
        ? `${formatBytes(bytes)} of samples, and MLPerf Storage asks for ${MEMORY_TIMES} times the memory of the machine (${formatBytes(memoryBytes)})`
        : `a machine reads ${formatBytes(bytes)} of the samples in an epoch (${host}), and MLPerf Storage asks for ${MEMORY_TIMES} times its memory (${formatBytes(memoryBytes)})`,
    hint: `--direct does not go past the cache of an array, a file server or a hypervisor: for their disks' speed ${moreData(dataset, wanted)}`,
  };
}

/** How to have so many samples, or what stands in the way. */
function moreData({ samples, bytes, freeBytes }: Figures["dataset"], wanted: number): string {
  const wantedBytes = (wanted * bytes) / samples;
  return freeBytes === null || freeBytes >= wantedBytes
    ? `take --sample-count ${wanted} (${formatBytes(wantedBytes)}) in an empty --data-root.`
    : `it would take ${formatBytes(wantedBytes)}, and ${formatBytes(freeBytes)} are free there: a larger disk, or a machine with less memory.`;
}

interface Machine {
  /** null of the only one. */
  host: string | null;
  /** Of the samples that it reads in an epoch. */
  bytes: number;
  memoryBytes: number;
}

/** The machine whose memory holds most of what it reads; null where no memory is known. */
function tightestMachine({ dataset, ranks, lostRanks }: Figures): Machine | null {
  const { bytes, hostMemoryBytes } = dataset;
  if (ranks === null)
    return hostMemoryBytes === null ? null : { host: null, bytes, memoryBytes: hostMemoryBytes };
  const machines = new Map<string, Machine>();
  for (const { host, hostMemoryBytes: memoryBytes } of ranks) {
    if (memoryBytes === null) continue;
    const machine = machines.getOrInsertComputed(host, () => ({ host, bytes: 0, memoryBytes }));
    machine.bytes += bytes / (ranks.length + lostRanks.length);
  }
  const [tightest = null] = [...machines.values()].sort(
    (a, b) => a.bytes / a.memoryBytes - b.bytes / b.memoryBytes,
  );
  return tightest;
}

function validityWarnings({ validity, accelerators }: Figures): Warning[] {
  const unconfirmed = unconfirmedReason(accelerators);
  return validity.reasons.map((message) => {
    if (message === unconfirmed) {
      return {
        code: "NOT_CONFIRMED",
        message,
        hint: "The source is not even enough, or others used it: run again, with more --steps.",
      };
    }
    if (isTooShort(message)) {
      return {
        code: "SHORT_RUN",
        message,
        hint: "Take more --steps: many times --num-workers x (--prefetch-depth + 1) microbatches.",
      };
    }
    return {
      code: "HARNESS",
      message,
      hint: "Leave the machine more cores, take fewer and larger microbatches, or a longer --compute-ms.",
    };
  });
}
