import type { Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/errors.ts";
import { sleepMs } from "../../core/wait.ts";
import { findNvidiaSmi } from "./find-nvidia-smi.ts";
import { csvLine, GPU_CSV_HEADER, type GpuSample } from "./sample.ts";
import { type SmiProcess, startSmi } from "./smi-process.ts";
import { type GpuSummary, summarizeGpus, type Window } from "./summary.ts";

export interface GpuMonitorOptions {
  /** Whole ms between readings. */
  intervalMs: number;
  /** Takes the lines of gpu_memory.csv, header first, from the first reading on (results/jsonl-writer.ts); the caller closes it. */
  sink: { append(line: string): void };
  clock: Clock;
  /** For PATH, and passed on to nvidia-smi (LD_LIBRARY_PATH). */
  env: Readonly<Record<string, string | undefined>>;
  /** How long the first reading may take, in ms: a driver without persistence mode wakes each GPU first. */
  startTimeoutMs?: number;
  /** Where the system's files are: `/`, or a stand-in tree in tests. */
  root?: string;
  /** Told once, when readings end before `stop`. */
  onProblem?: (problem: string) => void;
}

/** Readings of all GPUs beside a run. */
export interface GpuMonitor {
  readonly intervalMs: number;
  /** The latest reading of each GPU, by index, for live display. */
  latest(): GpuSample[];
  /** Figures per GPU inside a window of the run's clock. */
  summarize(window: Window): GpuSummary[];
  /** Why the readings do not reach to the end (`GPU figures end at …`), or null. */
  readonly problem: string | null;
  /** Ends the readings; what was read stays available. */
  stop(): Promise<void>;
}

export type GpuMonitorStart = { ok: true; monitor: GpuMonitor } | { ok: false; reason: string };

const START_TIMEOUT_MS = 10_000;
/** No machine has more, so the latest reading of each is among as many last ones. */
const MOST_GPUS = 256;
/** Silence of this many periods, and of at least these ms, means that the driver no longer answers. */
const SILENT_PERIODS = 10;
const SILENT_MS = 3000;

/** Starts readings through one long-running nvidia-smi and waits for the first. Never throws for what the machine lacks. */
export async function startGpuMonitor(options: GpuMonitorOptions): Promise<GpuMonitorStart> {
  const { intervalMs, sink, clock, env, startTimeoutMs = START_TIMEOUT_MS } = options;
  const found = findNvidiaSmi(env, options.root);
  if (!found.ok) return found;

  const samples: GpuSample[] = [];
  const first = Promise.withResolvers<string>();
  const onSamples = (read: readonly GpuSample[]) => {
    if (samples.length === 0) sink.append(GPU_CSV_HEADER);
    for (const sample of read) {
      samples.push(sample);
      sink.append(csvLine(sample, clock.toUnixMs(sample.atMs)));
    }
    first.resolve("");
  };
  let smi: SmiProcess;
  try {
    smi = startSmi({ path: found.path, intervalMs, clock, env, onSamples });
  } catch (error) {
    return { ok: false, reason: `cannot run ${found.path}: ${messageOf(error)}` };
  }
  const waiting = new AbortController();
  const late = sleepMs(startTimeoutMs, waiting.signal).then(
    () => `${found.path} gave no reading in ${startTimeoutMs} ms`,
  );
  const reason = await Promise.race([first.promise, smi.ended, late]);
  waiting.abort();
  if (samples.length > 0) return { ok: true, monitor: monitorOf(options, smi, samples) };
  await smi.stop();
  return { ok: false, reason };
}

function monitorOf(options: GpuMonitorOptions, smi: SmiProcess, samples: readonly GpuSample[]): GpuMonitor {
  const { intervalMs, clock, onProblem } = options;
  let problem: string | null = null;
  let isStopped = false;
  const endEarly = (why: string) => {
    if (problem !== null || isStopped) return;
    const end = new Date(clock.toUnixMs(samples.at(-1)!.atMs)).toISOString();
    problem = `GPU figures end at ${end} (${why})`;
    onProblem?.(problem);
  };
  smi.ended.then(endEarly);
  return {
    intervalMs,
    latest() {
      const byGpu = new Map(samples.slice(-MOST_GPUS).map((sample) => [sample.index, sample]));
      return [...byGpu.values()].sort((a, b) => a.index - b.index);
    },
    summarize: (window) => summarizeGpus(samples, window),
    get problem() {
      return problem;
    },
    async stop() {
      const silentMs = clock.now() - samples.at(-1)!.atMs;
      if (silentMs > Math.max(SILENT_PERIODS * intervalMs, SILENT_MS))
        endEarly("nvidia-smi no longer answered");
      isStopped = true;
      await smi.stop();
    },
  };
}
