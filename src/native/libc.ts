import { dlopen } from "bun:ffi";

const CLOCK_MONOTONIC = 1;
const CLOCK_THREAD_CPUTIME_ID = 3;
const RLIMIT_NOFILE = 7;

const libc = dlopen("libc.so.6", {
  clock_gettime: { args: ["i32", "buffer"], returns: "i32" },
  getrlimit: { args: ["i32", "buffer"], returns: "i32" },
  setrlimit: { args: ["i32", "buffer"], returns: "i32" },
}).symbols;

/** CLOCK_MONOTONIC in milliseconds; one FFI call, about 50 ns. */
export function monotonicMs(): number {
  return readClockMs(CLOCK_MONOTONIC);
}

/** CPU time of the calling thread alone, in milliseconds: what a Worker costs. */
export function threadCpuMs(): number {
  return readClockMs(CLOCK_THREAD_CPUTIME_ID);
}

function readClockMs(clock: number): number {
  const timespec = new BigInt64Array(2);
  libc.clock_gettime(clock, timespec);
  return Number(timespec[0]!) * 1000 + Number(timespec[1]!) / 1e6;
}

/** Limits on open files of this process: soft (in force) and hard (how far it may be raised). */
export function openFilesLimit(): { soft: number; hard: number } {
  const rlimit = new BigUint64Array(2);
  libc.getrlimit(RLIMIT_NOFILE, rlimit);
  return { soft: Number(rlimit[0]!), hard: Number(rlimit[1]!) };
}

/** Raises the soft limit on open files to the hard one. @returns the soft limit afterwards */
export function raiseOpenFilesLimit(): number {
  const rlimit = new BigUint64Array(2);
  libc.getrlimit(RLIMIT_NOFILE, rlimit);
  if (rlimit[0]! < rlimit[1]!) {
    const before = rlimit[0]!;
    rlimit[0] = rlimit[1]!;
    if (libc.setrlimit(RLIMIT_NOFILE, rlimit) !== 0) return Number(before);
  }
  return Number(rlimit[0]!);
}
