import { dlopen } from "bun:ffi";
import { readdirSync, readFileSync } from "node:fs";
import { monotonicMs } from "../../../src/native/libc.ts";

const CPU_EACH_MS = 50;
/** Reading all of /proc takes about 2 ms. */
const MEMBERS_EACH_MS = 250;
/** The kernel walks a process's page tables for its PSS: some ms for a large one. */
const PSS_EACH_MS = 500;

const libc = dlopen("libc.so.6", { clock_gettime: { args: ["i32", "buffer"], returns: "i32" } }).symbols;

/**
 * CPU time of a process, all its threads, the ended ones too, ms; null when it is gone. The clock's id is of the process: the
 * complement of its pid, and CPUCLOCK_SCHED (2) in the low bits (clock_getcpuclockid(3), kernel/time/posix-cpu-timers.c).
 */
function cpuMsOf(pid: number): number | null {
  const timespec = new BigInt64Array(2);
  if (libc.clock_gettime((~pid << 3) | 2, timespec) !== 0) return null;
  return Number(timespec[0]!) * 1000 + Number(timespec[1]!) / 1e6;
}

/** CPU time and memory of a process, its descendants and its session, sampled until `stop`. */
export class ProcessTree {
  /** Largest sum of PSS (memory shared by k processes counts 1/k for each), bytes. */
  peakPssBytes = 0;
  private readonly root: number;
  /** CPU of each member by pid, as last seen: what ended keeps its last reading. */
  private readonly cpuMs = new Map<number, number>();
  private readonly samples: { atMs: number; cpuMs: number }[] = [];
  private readonly timers: ReturnType<typeof setInterval>[];

  /** @param root the leader of a session of its own */
  constructor(root: number) {
    this.root = root;
    this.cpuMs.set(root, 0);
    this.timers = [
      setInterval(() => this.sampleCpu(), CPU_EACH_MS),
      setInterval(() => this.findMembers(), MEMBERS_EACH_MS),
      setInterval(() => this.samplePss(), PSS_EACH_MS),
    ];
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** CPU time of all members until an instant on CLOCK_MONOTONIC, ms; between two samples on the line through them. */
  cpuUntil(atMs: number): number {
    const next = this.samples.findIndex((sample) => sample.atMs >= atMs);
    if (next < 0) return this.samples.at(-1)?.cpuMs ?? 0;
    const after = this.samples[next]!;
    const before = this.samples[next - 1] ?? { atMs: after.atMs - CPU_EACH_MS, cpuMs: 0 };
    const share = Math.max(0, (atMs - before.atMs) / (after.atMs - before.atMs));
    return before.cpuMs + share * (after.cpuMs - before.cpuMs);
  }

  /** Members that still run. */
  alive(): number[] {
    this.findMembers();
    return [...this.cpuMs.keys()].filter((pid) => cpuMsOf(pid) !== null);
  }

  private sampleCpu(): void {
    let cpuMs = 0;
    for (const [pid, last] of this.cpuMs) {
      const now = cpuMsOf(pid) ?? last;
      this.cpuMs.set(pid, now);
      cpuMs += now;
    }
    this.samples.push({ atMs: monotonicMs(), cpuMs });
  }

  private samplePss(): void {
    let sum = 0;
    for (const pid of this.cpuMs.keys()) {
      const kib = /^Pss:\s+(\d+) kB$/m.exec(readProc(pid, "smaps_rollup"))?.[1];
      sum += Number(kib ?? 0) * 1024;
    }
    this.peakPssBytes = Math.max(this.peakPssBytes, sum);
  }

  private findMembers(): void {
    for (const name of readdirSync("/proc")) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || this.cpuMs.has(pid)) continue;
      // Field 2 is the program's name in parentheses, which may hold anything; 4 is the parent, 6 the session.
      const stat = readProc(pid, "stat");
      const [, parent, , session] = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .map(Number);
      if (session === this.root || this.cpuMs.has(parent!)) this.cpuMs.set(pid, 0);
    }
  }
}

/** A file of a process; empty when the process is gone. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
