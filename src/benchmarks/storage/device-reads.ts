import { statSync } from "node:fs";
import { fieldOf, readSystemFile } from "../../results/environment/system-file.ts";

/** Bytes that were read from storage until now; differences of two readings are what counts. null where not told. */
export interface DeviceReads {
  /** Caused by this process, as the kernel accounts them (/proc/self/io, `read_bytes`). */
  processBytes: number | null;
  /** From the block device under the data, by anyone (/proc/diskstats). */
  deviceBytes: number | null;
  /** That device's name, `nvme0n1`. */
  device: string | null;
}

/** Sectors of /proc/diskstats are of 512 bytes, whatever the drive's are. Source: Documentation/admin-guide/iostats.rst. */
const SECTOR_BYTES = 512;

/**
 * @param directory of the data
 * @param root `/`, or a stand-in tree in tests
 * @param deviceNumber of the directory, as stat gives it
 */
export function readDeviceReads(
  directory: string,
  root = "/",
  deviceNumber = statSync(directory).dev,
): DeviceReads {
  const own = fieldOf(readSystemFile(root, "proc/self/io"), "read_bytes");
  const line = diskLine(readSystemFile(root, "proc/diskstats") ?? "", deviceNumber);
  return {
    processBytes: own === null ? null : Number(own),
    deviceBytes: line === null ? null : Number(line[5]) * SECTOR_BYTES,
    device: line?.[2] ?? null,
  };
}

/** The words of the device's line: major, minor, name, reads, reads merged, sectors read, … */
function diskLine(diskstats: string, deviceNumber: number): string[] | null {
  const [major, minor] = partsOf(deviceNumber);
  for (const line of diskstats.split("\n")) {
    const words = line.trim().split(/\s+/);
    if (words[0] === String(major) && words[1] === String(minor)) return words;
  }
  return null;
}

/** As glibc's gnu_dev_major and gnu_dev_minor take a device number apart. */
function partsOf(deviceNumber: number): [major: number, minor: number] {
  const number = BigInt(deviceNumber);
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn);
  const minor = (number & 0xffn) | ((number >> 12n) & ~0xffn);
  return [Number(major), Number(minor & 0xffffffffn)];
}
