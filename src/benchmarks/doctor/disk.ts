import { formatBytes } from "../../core/units.ts";
import { tryDirectIo } from "../../native/direct-io.ts";
import { readDisk } from "../../results/environment/disk.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

const LEAST_BYTES = 5e9;
/** File systems that are memory: they say nothing about a disk. */
const IN_MEMORY = ["tmpfs", "ramfs"];

/** The volume that a directory is on. */
export function diskCheck({ root }: Machine, directory: string): Check {
  const { fileSystem, device, model, freeBytes, sizeBytes } = readDisk(root, directory);
  if (freeBytes === null || sizeBytes === null)
    return warn("disk", `the size of ${directory} cannot be read`, "Name another directory with --dir.");
  const volume = [fileSystem, device === null ? null : `on ${device}`, model === null ? null : `(${model})`];
  const named = volume.filter((part) => part !== null).join(" ");
  const space = `${formatBytes(freeBytes)} free of ${formatBytes(sizeBytes)}`;
  const found = `${directory}: ${space}${named === "" ? "" : `, ${named}`}`;
  if (IN_MEMORY.includes(fileSystem ?? ""))
    return warn("disk", found, "This is memory, not a disk. Name a directory on the disk with --dir.");
  return freeBytes < LEAST_BYTES ? warn("disk", found, "Under 5 GB are free.") : ok("disk", found);
}

/** Reading past the page cache, really tried in the directory. */
export function directIoCheck(directory: string, tryIt = tryDirectIo): Check {
  const tried = tryIt(directory);
  if (tried.ok) return ok("o-direct", `a file in ${directory} was written and read past the page cache`);
  return warn(
    "o-direct",
    `${directory}: ${tried.reason}`,
    "Reads there go through the page cache. Name a directory on a local disk (ext4, xfs) with --dir.",
  );
}
