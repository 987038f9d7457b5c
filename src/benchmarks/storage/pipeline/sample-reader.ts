import { closeSync, fstatSync, readSync } from "node:fs";
import { assertNever, ToolError } from "../../../core/errors.ts";
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
import { BECAME_SHORTER, nextAt, readFailed, readRange } from "./read-range.ts";

/** Areas begin on a page, whatever O_DIRECT asks for. */
const PAGE_BYTES = 4096;
/** Shards that each reader holds open. */
const KEPT_OPEN = 64;

/** Memory that any sample of up to `largest` bytes needs with blocks around it, a multiple of the alignment (a power of two). */
export function areaBytesFor(largest: number, alignment: number): number {
  const unit = Math.max(PAGE_BYTES, alignment);
  return Math.ceil(largest / unit) * unit + unit;
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

type LocalSource = Source & { kind: "local" };

/** Of the engines that read one sample at a time. */
export function sampleReader(source: LocalSource): SampleReader {
  const { dataset, engine } = source;
  switch (engine) {
    case "pread":
      return blockReader(source, readAt);
    case "node":
      return blockReader(source, (fd, address, bytes, offset) =>
        readSync(fd, memoryAt(address, bytes), 0, bytes, offset),
      );
    case "mmap":
      return mapReader(dataset);
    case "io_uring":
      throw new Error("io_uring has a reader of its own");
    default:
      return assertNever(engine);
  }
}

type ReadBlock = (fd: number, address: number, bytes: number, offset: number) => number;

function blockReader(
  { dataset, direct, alignment, blockBytes }: LocalSource,
  readBlock: ReadBlock,
): SampleReader {
  const files = openFilesOf(dataset, (file) => openForReading(dataset.files[file]!, direct), closeSync);
  let requestedBytes = 0;
  return {
    read(sample, address) {
      const { from, to, end } = readRange(dataset, sample, alignment);
      requestedBytes += to - from;
      inFile(dataset, sample, () =>
        files.use(dataset.fileOf[sample]!, (fd) => {
          for (let at = from; at < end; ) {
            const got = readBlock(fd, address + at - from, Math.min(blockBytes!, to - at), at);
            at = nextAt(dataset, sample, at, got, { end, alignment });
          }
        }),
      );
      return address + dataset.offset[sample]! - from;
    },
    get requestedBytes() {
      return requestedBytes;
    },
    close: () => files.closeAll(),
  };
}

/** Page faults in place of reads: what a program that maps its files sees. */
function mapReader(dataset: Dataset): SampleReader {
  const open = (file: number): { fd: number; mapping: Mapping } => {
    const fd = openForReading(dataset.files[file]!, false);
    try {
      return { fd, mapping: mapFile(fd, dataset.fileBytes[file]!) };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  };
  const files = openFilesOf(dataset, open, ({ fd, mapping }) => {
    mapping.unmap();
    closeSync(fd);
  });
  let requestedBytes = 0;
  return {
    read(sample, address) {
      const bytes = dataset.bytes[sample]!;
      requestedBytes += bytes;
      inFile(dataset, sample, () =>
        files.use(dataset.fileOf[sample]!, ({ fd, mapping }) => {
          checkSize(dataset, dataset.fileOf[sample]!, fd);
          copyMemory(address, mapping.address + dataset.offset[sample]!, bytes);
        }),
      );
      return address;
    },
    get requestedBytes() {
      return requestedBytes;
    },
    close: () => files.closeAll(),
  };
}

/**
 * Behind a file's end there is no reading of a mapping: it would end the process (SIGBUS). Looked at before each sample, so that only a file
 * that is cut while one is copied does.
 * @throws ToolError SAMPLE_SHORT
 */
function checkSize({ files, fileBytes }: Dataset, file: number, fd: number): void {
  const { size } = fstatSync(fd);
  if (size >= fileBytes[file]!) return;
  throw new ToolError("SAMPLE_SHORT", `${files[file]} has ${size} bytes, its index says ${fileBytes[file]}`, {
    hint: BECAME_SHORTER,
  });
}

/** Where each sample is a file, opening it belongs to loading it; shards stay open. */
export function openFilesOf<T>(
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
    throw readFailed(dataset, sample, error);
  }
}
