import { closeSync, readSync } from "node:fs";
import { assertNever, messageOf, systemCode, ToolError } from "../../../core/errors.ts";
import {
  copyMemory,
  type Mapping,
  mapFile,
  memoryAt,
  openForReading,
  readAt,
} from "../../../native/file-io.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Source } from "./messages.ts";
import { OpenFiles } from "./open-files.ts";

/** O_DIRECT wants memory, offset and length in multiples of the device's block, which is at most a page almost everywhere. */
export const DIRECT_ALIGNMENT = 4096;
/** Shards that each reader holds open. */
const KEPT_OPEN = 64;

/** Memory that any sample of up to `largest` bytes needs, a multiple of the alignment. */
export function areaBytesFor(largest: number): number {
  return roundUp(largest) + DIRECT_ALIGNMENT;
}

/** Brings samples into memory, one at a time, the calling thread blocked meanwhile. */
export interface SampleReader {
  /**
   * @param address of an area of `areaBytesFor` the largest sample, aligned
   * @returns where in memory the sample begins
   * @throws ToolError READ_FAILED
   */
  read(sample: number, address: number): number;
  /** Bytes asked of the system until now. */
  readonly requestedBytes: number;
  close(): void;
}

/** @throws ToolError where the first file cannot be opened this way */
export function sampleReader(source: Source & { kind: "local" }): SampleReader {
  const { dataset, engine, direct, blockBytes } = source;
  switch (engine) {
    case "pread":
      return blockReader(dataset, direct, blockBytes, readAt);
    case "node":
      return blockReader(dataset, direct, blockBytes, (fd, address, bytes, offset) =>
        readSync(fd, memoryAt(address, bytes), 0, bytes, offset),
      );
    case "mmap":
      return mapReader(dataset);
    default:
      return assertNever(engine);
  }
}

type ReadBlock = (fd: number, address: number, bytes: number, offset: number) => number;

function blockReader(
  dataset: Dataset,
  direct: boolean,
  blockBytes: number,
  readBlock: ReadBlock,
): SampleReader {
  const files = openFiles(dataset, (file) => openForReading(dataset.files[file]!, direct), closeSync);
  let requestedBytes = 0;
  return {
    read(sample, address) {
      const [offset, bytes] = [dataset.offset[sample]!, dataset.bytes[sample]!];
      const from = direct ? offset - (offset % DIRECT_ALIGNMENT) : offset;
      const to = direct ? roundUp(offset + bytes) : offset + bytes;
      requestedBytes += to - from;
      inFile(dataset, sample, () =>
        files.use(dataset.fileOf[sample]!, (fd) => {
          for (let at = from; at < offset + bytes; ) {
            const got = readBlock(fd, address + at - from, Math.min(blockBytes, to - at), at);
            if (got === 0) throw endedEarly(dataset, sample, at);
            at += got;
          }
        }),
      );
      return address + offset - from;
    },
    get requestedBytes() {
      return requestedBytes;
    },
    close: () => files.closeAll(),
  };
}

/** Page faults in place of reads: what a program that maps its files sees. */
function mapReader(dataset: Dataset): SampleReader {
  const open = (file: number): Mapping => {
    const fd = openForReading(dataset.files[file]!, false);
    try {
      return mapFile(fd, dataset.fileBytes[file]!);
    } finally {
      closeSync(fd);
    }
  };
  const files = openFiles(dataset, open, (mapping) => mapping.unmap());
  let requestedBytes = 0;
  return {
    read(sample, address) {
      const bytes = dataset.bytes[sample]!;
      requestedBytes += bytes;
      inFile(dataset, sample, () =>
        files.use(dataset.fileOf[sample]!, (mapping) =>
          copyMemory(address, mapping.address + dataset.offset[sample]!, bytes),
        ),
      );
      return address;
    },
    get requestedBytes() {
      return requestedBytes;
    },
    close: () => files.closeAll(),
  };
}

/** Where each sample is a file, opening it belongs to loading it; shards stay open. */
function openFiles<T>(
  { layout }: Dataset,
  open: (file: number) => T,
  close: (handle: T) => void,
): OpenFiles<T> {
  return new OpenFiles(layout === "files" ? 0 : KEPT_OPEN, open, close);
}

function inFile(dataset: Dataset, sample: number, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof ToolError) throw error;
    const path = dataset.files[dataset.fileOf[sample]!]!;
    throw new ToolError("READ_FAILED", `cannot read sample ${sample} of ${path}: ${messageOf(error)}`, {
      hint: hintOf(systemCode(error)),
      cause: error,
    });
  }
}

function hintOf(code: string | undefined): string {
  if (code === "EINVAL") return "The file system may not do O_DIRECT: leave --direct out.";
  return "What was measured until then is kept.";
}

function endedEarly(dataset: Dataset, sample: number, at: number): ToolError {
  const path = dataset.files[dataset.fileOf[sample]!]!;
  const end = dataset.offset[sample]! + dataset.bytes[sample]!;
  return new ToolError(
    "SAMPLE_SHORT",
    `sample ${sample} of ${path} ends at byte ${at}, its index says ${end}`,
    {
      hint: "The file became shorter since the run began.",
    },
  );
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / DIRECT_ALIGNMENT) * DIRECT_ALIGNMENT;
}
