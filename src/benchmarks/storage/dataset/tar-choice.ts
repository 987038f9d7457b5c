import { usageError } from "../../../core/errors.ts";
import type { DatasetOddities, Layout } from "./dataset.ts";

/** What of the files that are there is read, and how. */
export interface ChosenFiles<F> {
  layout: "tar" | "files";
  used: readonly F[];
  leftOut: DatasetOddities["leftOut"];
}

const TAR = /\.tar$/;
const COMPRESSED_TAR = /\.(?:tar\.(?:gz|bz2|xz|zst|lz4)|tgz)$/;

/**
 * Where there are tar shards, and nothing else was asked for, they are read and what lies beside them is not: a README must not make a
 * sample of each shard.
 * @param where the files lie, for error texts @param nameOf a file, below there
 * @throws ToolError USAGE where half of the files, or more, are shards in compressed form
 */
export function chosenFiles<F>(
  files: readonly F[],
  where: string,
  asked: Exclude<Layout, "records"> | null,
  nameOf: (file: F) => string,
): ChosenFiles<F> {
  const shards = files.filter((file) => TAR.test(nameOf(file)));
  const compressed = files.filter((file) => COMPRESSED_TAR.test(nameOf(file)));
  // An archive among other files is a file as they are.
  if (
    asked !== "files" &&
    shards.length === 0 &&
    compressed.length > 0 &&
    2 * compressed.length >= files.length
  ) {
    throw usageError(
      `${where} has compressed shards such as ${nameOf(compressed[0]!)}, which are not read`,
      "Unpack them to .tar; --layout files reads every file as one sample.",
    );
  }
  const layout = asked ?? (shards.length > 0 ? "tar" : "files");
  if (layout === "files") return { layout, used: files, leftOut: null };
  const others = files.length - shards.length;
  const first = files.find((file) => !TAR.test(nameOf(file)));
  const leftOut = first === undefined ? null : { files: others, first: nameOf(first) };
  return { layout, used: shards, leftOut };
}
