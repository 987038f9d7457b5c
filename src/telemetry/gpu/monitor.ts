import type { Clock } from "../../core/clock.ts";
import { assertNever } from "../../core/errors.ts";
import { sleepMs } from "../../core/wait.ts";
import type { GpuChoice } from "./choose.ts";
import { latestOf } from "./latest.ts";
import { ProcessLog } from "./process-log.ts";
import { SampleRing, type Window } from "./ring.ts";
import { type GpuId, type GpuSample, gpuLabel } from "./sample.ts";
import { SamplerControl, type SamplerCost } from "./sampler-control.ts";
import type { FromSampler, GpuInfo, GpuSource, SamplerThread } from "./sampler-messages.ts";
import { type GpuSummary, summarizeGpu } from "./summary.ts";

export interface GpuMonitorOptions {
  /** ms between readings. */
  intervalMs: number;
  /** The file that gets a line for each reading; null for none. */
  path: string | null;
  clock: Clock;
  /** For what nvidia-smi needs, and INFERBENCH_NVML. */
  env: Readonly<Record<string, string | undefined>>;
  /** null: all GPUs. */
  choice: GpuChoice | null;
  /** Starts a thread that runs sampler-worker.ts (src/workers.ts). */
  openThread(): SamplerThread;
  /** Where the server under test listens, on this machine, so that its processes can be told from others; null: elsewhere. */
  serverPort?: number | null;
  /** How long the first reading may take, in ms: a driver without persistence mode wakes each GPU first. */
  startTimeoutMs?: number;
  /** Where the system's files are: `/`, or a stand-in tree in tests. */
  root?: string;
  /** Told when the readings of a GPU, or all, end before `stop`. */
  onProblem?: (problem: string) => void;
  /** Told once, when the file takes no more; sampling goes on. */
  onWriteError?: (error: { code: string | undefined; message: string }) => void;
}

/** A GPU that is sampled. */
export interface MonitoredGpu extends GpuInfo {
  ring: SampleRing;
  processes: ProcessLog;
}

/** Readings of GPUs beside a run, made by a thread of its own. */
export interface GpuMonitor {
  readonly intervalMs: number;
  readonly source: GpuSource;
  /** What the reader should know about which GPUs these are, or null. */
  readonly note: string | null;
  readonly gpus: readonly MonitoredGpu[];
  /** The latest value of each figure of each GPU, for live display; null where there is none that is fresh. */
  latest(): { gpu: MonitoredGpu; sample: GpuSample }[];
  /** Figures per GPU inside a window of the run's clock. */
  summarize(window: Window): GpuSummary[];
  /** What the sampling takes; null before the first round, and for nvidia-smi, which is another process. */
  cost(): SamplerCost | null;
  /** Resolves when no readings follow, by `stop` or for a problem. */
  readonly over: Promise<void>;
  /** Why the readings do not reach to the end (`GPU figures end at …`), or null. */
  readonly problem: string | null;
  /** Ends the readings, with a last one where the driver answers; what was read stays available. */
  stop(): Promise<void>;
}

export type GpuMonitorStart = { ok: true; monitor: GpuMonitor } | { ok: false; reason: string };

const START_TIMEOUT_MS = 15_000;
/** How long a thread may take to end, unless its rounds are longer. */
const PATIENCE_MS = 3000;
/** A value that is older, also counted in periods or rounds, is not shown as the latest. */
const FRESH_MS = 2500;
const FRESH_PERIODS = 3;

/** Starts readings, and waits for the first. Never throws for what the machine lacks. */
export async function startGpuMonitor(options: GpuMonitorOptions): Promise<GpuMonitorStart> {
  const { startTimeoutMs = START_TIMEOUT_MS } = options;
  const monitor = new Monitor(options);
  const waiting = new AbortController();
  const late = sleepMs(startTimeoutMs, waiting.signal).then(
    () => `the NVIDIA driver gave no reading in ${startTimeoutMs} ms`,
  );
  const reason = await Promise.race([monitor.started, late]);
  waiting.abort();
  if (reason === null) return { ok: true, monitor };
  await monitor.stop();
  return { ok: false, reason };
}

class Monitor implements GpuMonitor {
  readonly gpus: MonitoredGpu[] = [];
  source!: GpuSource;
  note: string | null = null;
  problem: string | null = null;
  /** Resolves with null at the first reading, or with why there is none. */
  readonly started: Promise<string | null>;
  readonly #options: GpuMonitorOptions;
  readonly #control = new SamplerControl();
  readonly #thread: SamplerThread;
  readonly #start = Promise.withResolvers<string | null>();
  readonly #ended = Promise.withResolvers<void>();
  #slowThread: SamplerThread | null = null;
  #pcie: SharedArrayBuffer | null = null;
  #isStopping = false;
  readonly #lost = new Set<string>();

  constructor(options: GpuMonitorOptions) {
    this.#options = options;
    this.started = this.#start.promise;
    const { choice, path, env, root = "/", clock, intervalMs } = options;
    this.#thread = options.openThread();
    this.#thread.onmessage = ({ data }) => this.#take(data);
    this.#thread.onerror = ({ message }) => this.#fail(message);
    this.#thread.postMessage({
      kind: "start",
      intervalMs,
      choice,
      path,
      unixOffsetMs: clock.toUnixMs(0),
      env: { ...env },
      root,
      control: this.#control.buffer,
    });
  }

  get intervalMs(): number {
    return this.#options.intervalMs;
  }

  get over(): Promise<void> {
    return this.#ended.promise;
  }

  latest(): { gpu: MonitoredGpu; sample: GpuSample }[] {
    const nowMs = this.#options.clock.now();
    const readMs = this.cost()?.readMaxMs ?? 0;
    const fromMs = nowMs - Math.max(FRESH_MS, FRESH_PERIODS * Math.max(this.intervalMs, readMs));
    return this.gpus
      .filter((gpu) => !this.#lost.has(gpuLabel(gpu)))
      .flatMap((gpu) => {
        const sample = latestOf(gpu.ring, gpu, fromMs);
        return sample === null ? [] : [{ gpu, sample }];
      });
  }

  summarize(window: Window): GpuSummary[] {
    return this.gpus.map((gpu) => summarizeGpu(gpu, window));
  }

  cost(): SamplerCost | null {
    return this.#control.cost();
  }

  async stop(): Promise<void> {
    if (this.#isStopping) return this.#ended.promise;
    this.#isStopping = true;
    this.#control.stop();
    this.#thread.postMessage({ kind: "stop" });
    const patienceMs = Math.max(PATIENCE_MS, 3 * (this.cost()?.readMaxMs ?? 0));
    const waiting = new AbortController();
    const isLate = await Promise.race([
      this.#ended.promise.then(() => false),
      sleepMs(patienceMs, waiting.signal).then(() => true),
    ]);
    waiting.abort();
    if (isLate) this.#tell(null, "the driver no longer answers");
    this.#thread.terminate();
    this.#slowThread?.terminate();
    this.#ended.resolve();
  }

  #take(message: FromSampler): void {
    switch (message.kind) {
      case "source":
        this.source = message.source;
        this.note = message.note;
        this.#pcie = message.pcie;
        return;
      case "gpu":
        this.gpus.push({
          ...message.gpu,
          ring: new SampleRing(message.gpu.ring),
          processes: new ProcessLog(),
        });
        this.gpus.sort((a, b) => a.index - b.index || (a.mig ?? -1) - (b.mig ?? -1));
        return;
      case "ready":
        this.#startSlowLane();
        this.#start.resolve(null);
        return;
      case "none":
        this.#start.resolve(message.reason);
        return;
      case "lost":
        this.#tell(message.gpu, message.why);
        return;
      case "write-failed":
        this.#options.onWriteError?.(message);
        return;
      case "failed":
        this.#fail(message.why);
        return;
      case "ended":
        this.#ended.resolve();
        return;
      case "processes":
        return;
      default:
        assertNever(message);
    }
  }

  #startSlowLane(): void {
    const { env, root = "/", serverPort = null } = this.#options;
    if (this.#pcie === null || this.#isStopping) return;
    const thread = this.#options.openThread();
    this.#slowThread = thread;
    thread.onmessage = ({ data }) => {
      if (data.kind !== "processes") return;
      const gpu = this.gpus.find(({ index, mig }) => index === data.index && mig === null);
      gpu?.processes.take(data.atMs, data.processes);
    };
    // Without it the readings go on and lack what it would have given.
    thread.onerror = () => {};
    thread.postMessage({
      kind: "slow-lane",
      env: { ...env },
      root,
      gpus: this.gpus.filter(({ mig }) => mig === null).map(({ index }) => index),
      control: this.#control.buffer,
      serverPort,
      pcie: this.#pcie,
    });
  }

  #fail(message: string): void {
    const why = `the sampler failed: ${message}`;
    this.#start.resolve(why);
    this.#tell(null, why);
    this.#ended.resolve();
  }

  /** Notes that readings end early. */
  #tell(gpu: GpuId | null, why: string): void {
    const over = gpu === null ? this.gpus : this.gpus.filter((one) => gpuLabel(one) === gpuLabel(gpu));
    for (const one of over) this.#lost.add(gpuLabel(one));
    const lastMs = Math.max(
      ...over.filter(({ ring }) => ring.end > 0).map(({ ring }) => ring.atMs(ring.end - 1)),
    );
    // Without a reading there is nothing that could end.
    if (!Number.isFinite(lastMs)) return;
    const end = new Date(this.#options.clock.toUnixMs(lastMs)).toISOString();
    const whose =
      gpu === null || this.gpus.length === 1 ? "GPU figures end" : `figures of GPU ${gpuLabel(gpu)} end`;
    const problem = `${whose} at ${end} (${why})`;
    this.problem = this.problem === null ? problem : `${this.problem}; ${problem}`;
    this.#options.onProblem?.(problem);
  }
}
