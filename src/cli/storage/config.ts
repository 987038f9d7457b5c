import { join } from "node:path";
import type { AccessOrder } from "../../benchmarks/storage/access/order.ts";
import { checkSettings, type StorageSettings } from "../../benchmarks/storage/plan.ts";
import { usageError } from "../../core/errors.ts";
import type { FlagValues } from "../flags/flag.ts";
import type { Resolved } from "../flags/resolve.ts";
import type { storageFlags } from "./flags.ts";

export type StorageValues = FlagValues<typeof storageFlags>;
/** The values, and where each came from. */
export type StorageResolved = Pick<Resolved<typeof storageFlags>, "values" | "sources">;

/** @throws ToolError USAGE */
export function settingsOf(values: StorageValues, ranks = 1): StorageSettings {
  const settings: StorageSettings = {
    steps: values.steps,
    warmupSteps: values.warmupSteps,
    globalBatchSize: values.gbs,
    microbatchSize: values.mbs,
    workers: values.numWorkers,
    prefetchDepth: values.prefetchDepth,
    computeMs: values.computeMs,
    order: orderOf(values),
    sharding: values.sharding,
    engine: values.engine,
    direct: values.direct,
    blockBytes: blockBytesOf(values),
    ioDepth: ioDepthOf(values),
    verify: values.verify,
    cache: values.cache,
    seed: values.seed,
    toGpu: values.toGpu,
  };
  checkSettings(settings, ranks);
  return settings;
}

const DEFAULT_READ_BUFFER_KB = 256;

function blockBytesOf({ engine, readBufferKb }: StorageValues): number | null {
  if (engine !== "mmap") return (readBufferKb ?? DEFAULT_READ_BUFFER_KB) * 1024;
  if (readBufferKb === undefined) return null;
  throw usageError(
    "--read-buffer-kb is the size of reads, and --engine mmap has none",
    "It copies each sample out of its mapped file in one piece. Take --engine pread.",
  );
}

/** Enough for most disks, as in others' examples of fio. */
const DEFAULT_IO_DEPTH = 16;

function ioDepthOf({ engine, ioDepth }: StorageValues): number {
  if (engine === "io_uring") return ioDepth ?? DEFAULT_IO_DEPTH;
  if (ioDepth === undefined) return 1;
  throw usageError(
    `--io-depth is for --engine io_uring, not ${engine}`,
    "The others have one read under way for each reader: --num-workers says how many.",
  );
}

function orderOf({ access, stride }: StorageValues): AccessOrder {
  if (access === "strided") {
    if (stride === undefined) throw usageError("--access strided needs a --stride", "Such as --stride 16.");
    return { kind: access, stride };
  }
  if (stride !== undefined) throw usageError(`--stride is for --access strided, not ${access}`);
  return { kind: access };
}

/** The run's directory; its name stays inside --outdir. @throws ToolError USAGE */
export function runDirectoryOf(outdir: string, runName: string): string {
  if (runName === "" || runName === "." || runName === ".." || runName.includes("/")) {
    throw usageError(
      `--run-name: "${runName}" is no name of a directory`,
      "It is the name of one directory in --outdir.",
    );
  }
  return join(outdir, runName);
}
