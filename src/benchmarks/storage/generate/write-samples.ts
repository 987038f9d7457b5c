import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { turnEvery } from "../../../core/wait.ts";
import { type WriteSome, writeFully } from "../../../core/write-fully.ts";
import type { Cell } from "../../../results/csv.ts";
import { contentOf } from "./content.ts";
import type { GenerateOptions } from "./generate.ts";
import { throwIfInterrupted } from "./interrupted.ts";
import { TAR_BLOCK, tarHeader, tarPadding } from "./tar-header.ts";

/** Between two turns of the event loop: ranks' beats go on, and Ctrl-C is heard. */
const TURN_MS = 50;

/** What was written. */
export interface Written {
  names: { name: string; samples: number }[];
  /** The rows of the index file. */
  index: Cell[][];
}

interface WriteDeps {
  signal: AbortSignal | undefined;
  onProgress: (samples: number) => void;
  write: WriteSome | undefined;
}

/** Writes all samples into a folder, and lets the event loop turn. @throws the system error; ToolError INTERRUPTED */
export async function writeSamples(
  folder: string,
  sizes: Float64Array,
  options: GenerateOptions,
  { signal, onProgress, write }: WriteDeps,
): Promise<Written> {
  const { layout, seed } = options;
  const perFile = layout === "files" ? 1 : options.samplesPerShard;
  const names: Written["names"] = [];
  const index: Cell[][] = [];
  const pause = turnEvery(TURN_MS);
  for (let first = 0; first < sizes.length; first += perFile) {
    const end = Math.min(first + perFile, sizes.length);
    const name = layout === "files" ? sampleName(first) : shardName(layout, names.length);
    names.push({ name, samples: end - first });
    const fd = openSync(join(folder, name), "wx");
    let at = 0;
    const put = (bytes: Uint8Array) => {
      writeFully(fd, bytes, undefined, write);
      at += bytes.length;
    };
    try {
      for (let sample = first; sample < end; sample++) {
        const bytes = sizes[sample]!;
        if (layout === "tar") put(tarHeader(sampleName(sample), bytes));
        const offset = at;
        let sum = 0;
        for (const piece of contentOf(seed, sample, bytes)) {
          put(piece);
          sum = crc32(piece, sum);
          await pause();
          throwIfInterrupted(signal);
        }
        index.push([name, offset, bytes, sum >>> 0]);
        if (layout === "tar") put(new Uint8Array(tarPadding(bytes)));
        onProgress(sample + 1);
      }
      if (layout === "tar") put(new Uint8Array(2 * TAR_BLOCK));
    } finally {
      closeSync(fd);
    }
  }
  return { names, index };
}

/** As the seed of this benchmark names them. */
function sampleName(sample: number): string {
  return `sample_${String(sample).padStart(6, "0")}.bin`;
}

function shardName(layout: "tar" | "records", shard: number): string {
  return `shard_${String(shard).padStart(6, "0")}.${layout === "tar" ? "tar" : "rec"}`;
}
