import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { systemCode } from "../../../core/errors.ts";
import { lockFile } from "../../../native/file-lock.ts";

/** In a directory while samples are made there: locked as long as the process lives that makes them, and its content says who that is. */
const CLAIM_FILE = ".inferbench-generating.lock";
/** Nothing else is shown of what a file says that anyone may have written. */
const MAKER = /^process \d{1,10} on [\w.-]{1,255}$/;

/** A directory in which no other process makes samples. */
export interface Claim {
  /** false where the file system has no locks: others may be at it all the same. */
  isSure: boolean;
  /** Gives it up, and takes its file away; to be called once. */
  release(): void;
}

/**
 * Claims a directory for the samples that are made there.
 * @returns null where another process has it, or the directory has gone
 * @throws the system error
 */
export function tryClaim(root: string): Claim | null {
  const path = join(root, CLAIM_FILE);
  const fd = openClaim(path);
  if (fd === null) return null;
  const lock = lockFile(fd);
  // Who had it before may have taken the file away since it was opened: its lock is worth nothing then.
  if (lock === "held" || !isStillAt(path, fd)) {
    closeSync(fd);
    return null;
  }
  ftruncateSync(fd);
  writeSync(fd, `process ${process.pid} on ${hostname()}\n`, 0);
  return {
    isSure: lock === "ours",
    release() {
      // While it is locked: it is no other's yet.
      if (isStillAt(path, fd)) unlinkSync(path);
      closeSync(fd);
    },
  };
}

/** Who makes samples in a directory just now: `process 12 on host`; null where no one does, or there is no telling. */
export function makerAt(root: string): string | null {
  let fd: number;
  try {
    fd = openSync(join(root, CLAIM_FILE), "r+");
  } catch {
    return null;
  }
  try {
    if (lockFile(fd) !== "held") return null;
    const said = readFileSync(fd, "utf8").trim();
    return MAKER.test(said) ? said : "another process";
  } finally {
    closeSync(fd);
  }
}

/** @returns null where there is no such directory */
function openClaim(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw error;
  }
}

function isStillAt(path: string, fd: number): boolean {
  const [there, ours] = [statSync(path, { throwIfNoEntry: false }), fstatSync(fd)];
  return there?.ino === ours.ino && there.dev === ours.dev;
}
