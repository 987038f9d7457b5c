import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, systemCode } from "../../core/errors.ts";

/** A figure for each kind of thread. */
export interface ByThread {
  /** Runs our code: sends, stamps, reads. */
  js: number;
  /** Bun's HTTP client: all sockets of `fetch`. */
  http: number;
  /** The JavaScript engine's own: compiler, garbage collector, allocator. */
  engine: number;
  /** All others. */
  other: number;
}

/** What the kernel counted of this process until now. */
export interface ThreadTimes {
  /** CPU time of the threads that live, ms. */
  cpuMs: ByThread;
  /** How long the JS thread could have run but waited for a CPU, ms; null where the kernel does not count that. */
  jsWaitMs: number | null;
}

export type ThreadReading = { ok: true; times: ThreadTimes } | { ok: false; reason: string };

/** Times in /proc are in ticks of USER_HZ, which is 100 for every program on x86-64 and arm64 (proc(5), sysconf(3)). */
const TICK_MS = 10;
/** Fields 14 and 15 of /proc/PID/stat, counted from the one after the name. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;
const NS_PER_MS = 1e6;

/** Names as Bun 1.4.5 gives them; the kernel keeps 15 characters, of the collector's the last ones. */
const ENGINE_THREADS = new Set(["JITWorker", "HeapHelper", "JSCWarmUp", "ollector Thread", "mi-scavenger"]);
const HTTP_THREAD = "HTTP Client";

/**
 * Reads /proc/self/task.
 * @param root `/`, or a stand-in tree in tests
 * @param pid the JS thread's number, which is the process's
 */
export function readThreads(root = "/", pid = process.pid): ThreadReading {
  const tasks = join(root, "proc/self/task");
  const cpuMs: ByThread = { js: 0, http: 0, engine: 0, other: 0 };
  try {
    for (const id of readdirSync(tasks)) {
      const stat = readIfAlive(join(tasks, id, "stat"));
      if (stat === null) continue;
      const [name, ticks] = parseStat(stat);
      cpuMs[kindOf(name, Number(id) === pid)] += ticks * TICK_MS;
    }
  } catch (error) {
    return { ok: false, reason: `${tasks} cannot be read (${systemCode(error) ?? messageOf(error)})` };
  }
  return { ok: true, times: { cpuMs, jsWaitMs: readWaitMs(join(tasks, String(pid), "schedstat")) } };
}

function kindOf(name: string, isMain: boolean): keyof ByThread {
  if (isMain) return "js";
  if (name === HTTP_THREAD) return "http";
  return ENGINE_THREADS.has(name) ? "engine" : "other";
}

/** Name and CPU ticks of `1234 (name) S …`; a name may hold blanks and brackets. */
function parseStat(stat: string): [name: string, ticks: number] {
  const close = stat.lastIndexOf(")");
  const fields = stat.slice(close + 2).split(" ");
  const ticks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]);
  if (!Number.isFinite(ticks)) throw new Error("an unknown format");
  return [stat.slice(stat.indexOf("(") + 1, close), ticks];
}

/** null where the thread has ended meanwhile. */
function readIfAlive(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ESRCH") return null;
    throw error;
  }
}

/** The second number of schedstat: ns on a run queue (Documentation/scheduler/sched-stats.rst). */
function readWaitMs(path: string): number | null {
  try {
    const [ran, waited] = readFileSync(path, "utf8").split(" ").map(Number);
    // A kernel without CONFIG_SCHED_INFO says 0 0 0, to a thread that has run.
    return ran! > 0 && Number.isFinite(waited) ? waited! / NS_PER_MS : null;
  } catch {
    return null;
  }
}
