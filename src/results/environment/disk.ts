import { realpathSync, statfsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { readSystemFile } from "./system-file.ts";

/** The volume that holds a directory. */
export interface Disk {
  directory: string;
  mountPoint: string | null;
  fileSystem: string | null;
  /** What is mounted: a device, `host:/export`, `overlay`. */
  device: string | null;
  /** What the drive calls itself, e.g. `Amazon EC2 NVMe Instance Storage`. */
  model: string | null;
  /** As the kernel says; virtual disks often say true whatever they are. */
  isRotational: boolean | null;
  sizeBytes: number | null;
  /** Free to an ordinary user. */
  freeBytes: number | null;
}

interface Mount {
  point: string;
  fileSystem: string;
  device: string;
  /** major:minor */
  number: string;
}

/**
 * @param root `/`, or a stand-in tree in tests
 * @param directory need not exist yet: its nearest existing parent counts
 */
export function readDisk(root: string, directory: string): Disk {
  const real = existingPart(resolve(directory));
  const mount = mountOf(readSystemFile(root, "proc/self/mountinfo") ?? "", real);
  const block = mount === null ? null : blockFolder(root, mount);
  const rotational = block === null ? null : fromDriveOrPart(root, block, "queue/rotational");
  return {
    directory,
    mountPoint: mount?.point ?? null,
    fileSystem: mount?.fileSystem ?? null,
    device: mount?.device ?? null,
    model: block === null ? null : (fromDriveOrPart(root, block, "device/model")?.trim() ?? null),
    isRotational: rotational === null ? null : rotational === "1",
    ...space(real),
  };
}

function existingPart(path: string): string {
  for (let part = path; ; part = dirname(part)) {
    try {
      return realpathSync(part);
    } catch {
      if (part === dirname(part)) return part;
    }
  }
}

/** The mount with the longest point above `path`; of two on the same point the later one, which hides the earlier. */
function mountOf(mountInfo: string, path: string): Mount | null {
  let best: Mount | null = null;
  for (const line of mountInfo.split("\n")) {
    // Format: proc(5), /proc/pid/mountinfo; blanks inside a field are written as \040.
    const [head, tail] = line.split(" - ");
    const [, , number, , point] = (head ?? "").split(" ").map(unescaped);
    const [fileSystem, device] = (tail ?? "").split(" ").map(unescaped);
    if (number === undefined || point === undefined || !fileSystem || device === undefined) continue;
    const isAbove = path === point || path.startsWith(point === "/" ? "/" : `${point}/`);
    if (isAbove && (best === null || point.length >= best.point.length))
      best = { point, fileSystem, device, number };
  }
  return best;
}

function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Where /sys describes the block device; by name where the file system has a number of its own (btrfs). */
function blockFolder(root: string, mount: Mount): string | null {
  const folders = [`sys/dev/block/${mount.number}`];
  if (mount.device.startsWith("/dev/")) folders.push(`sys/class/block/${basename(mount.device)}`);
  return folders.find((folder) => readSystemFile(root, `${folder}/dev`) !== null) ?? null;
}

/** A partition has no queue and no model: its drive, the folder around it, has. The path goes through links, so `..` is theirs. */
function fromDriveOrPart(root: string, block: string, name: string): string | null {
  const own = readSystemFile(root, `${block}/${name}`);
  if (own !== null) return own;
  try {
    return readSystemFile(dirname(realpathSync(resolve(root, block))), name);
  } catch {
    return null;
  }
}

function space(path: string): { sizeBytes: number | null; freeBytes: number | null } {
  try {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { sizeBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch {
    return { sizeBytes: null, freeBytes: null };
  }
}
