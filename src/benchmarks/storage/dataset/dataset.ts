/** How samples lie in files: each its own, members of WebDataset tar shards, or records of one size in large shards. */
export const layouts = ["files", "tar", "records"] as const;
export type Layout = (typeof layouts)[number];

/**
 * Where every sample is: sample i is `bytes[i]` bytes at `offset[i]` of the file `files[fileOf[i]]`. The arrays are shared memory, so
 * that all readers have one copy.
 */
export interface Dataset {
  /** Absolute. */
  root: string;
  layout: Layout;
  /** Absolute paths. */
  files: readonly string[];
  fileBytes: Float64Array;
  fileOf: Uint32Array;
  offset: Float64Array;
  bytes: Float64Array;
  /** CRC-32 of each sample, where the generator left them. */
  checksums: Uint32Array | null;
  oddities: DatasetOddities;
}

/** What of the data may not be as its owner thinks; null for what is not so. */
export interface DatasetOddities {
  /** Files of no bytes, and tar shards without a sample. */
  empty: NamedFiles | null;
  /** Files beside the tar shards, which are not read. */
  leftOut: NamedFiles | null;
  /** Keys of which a shard has members in several places: each place is a sample of its own. */
  repeatedKeys: { samples: number; shard: string; key: string } | null;
}

/** How many, and the first of them by its name below the root. */
export interface NamedFiles {
  files: number;
  first: string;
}

export function namedFiles(names: readonly string[]): NamedFiles | null {
  const [first] = names.toSorted();
  return first === undefined ? null : { files: names.length, first };
}

export const noOddities: DatasetOddities = { empty: null, leftOut: null, repeatedKeys: null };

/** One sample while a dataset is being indexed. */
export interface Placed {
  file: number;
  offset: number;
  bytes: number;
}

/** Puts an index together. @param files path and size of each */
export function datasetOf(
  root: string,
  layout: Layout,
  files: readonly { path: string; bytes: number }[],
  placed: readonly Placed[],
  checksums: Uint32Array | null,
  oddities: DatasetOddities = noOddities,
): Dataset {
  const shared = (n: number, width: number) => new SharedArrayBuffer(Math.max(n, 1) * width);
  const fileBytes = new Float64Array(shared(files.length, 8), 0, files.length);
  for (const [i, { bytes }] of files.entries()) fileBytes[i] = bytes;
  const n = placed.length;
  const fileOf = new Uint32Array(shared(n, 4), 0, n);
  const offset = new Float64Array(shared(n, 8), 0, n);
  const bytes = new Float64Array(shared(n, 8), 0, n);
  for (const [i, sample] of placed.entries()) {
    fileOf[i] = sample.file;
    offset[i] = sample.offset;
    bytes[i] = sample.bytes;
  }
  let sums: Uint32Array | null = null;
  if (checksums !== null) {
    sums = new Uint32Array(shared(n, 4), 0, n);
    sums.set(checksums);
  }
  return {
    root,
    layout,
    files: files.map(({ path }) => path),
    fileBytes,
    fileOf,
    offset,
    bytes,
    checksums: sums,
    oddities,
  };
}

export function totalBytes({ bytes }: Dataset): number {
  return bytes.reduce((sum, size) => sum + size, 0);
}

export function largestSample({ bytes }: Dataset): number {
  return bytes.reduce((largest, size) => Math.max(largest, size), 0);
}
