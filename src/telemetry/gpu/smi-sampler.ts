import { messageOf } from "../../core/errors.ts";
import { monotonicMs } from "../../native/libc.ts";
import { chooseGpus } from "./choose.ts";
import { findNvidiaSmi } from "./find-nvidia-smi.ts";
import { RecordFile } from "./record-file.ts";
import { ringRows, SampleRing } from "./ring.ts";
import type { FromSampler, StartSampling } from "./sampler-messages.ts";
import type { SmiReading } from "./smi-line.ts";
import { type SmiProcess, startSmi } from "./smi-process.ts";

type Post = (message: FromSampler) => void;

/** GPUs whose readings the rings have room for. */
const MOST_GPUS = 16;
/** Silence of this many periods, and of at least these ms, means that the driver no longer answers. */
const SILENT_PERIODS = 10;
const SILENT_MS = 3000;

/**
 * Samples GPUs through one long-running nvidia-smi, until the word to stop.
 * @param nvml why NVML is not used, and where it was looked for
 */
export async function sampleSmi(
  start: StartSampling,
  nvml: { reason: string; looked: readonly string[] },
  post: Post,
  stopWanted: Promise<void>,
): Promise<void> {
  const { path, intervalMs, env, root, unixOffsetMs } = start;
  const found = findNvidiaSmi(env, root);
  if (!found.ok) {
    const looked = [...nvml.looked, ...found.looked].join(", ");
    const why = found.isDriverLoaded
      ? `the NVIDIA driver is loaded, but neither its library (${nvml.reason}) nor nvidia-smi was found`
      : `no NVIDIA driver found: ${nvml.reason}, no nvidia-smi`;
    post({ kind: "none", reason: `${why} (looked at ${looked})` });
    return;
  }
  post({
    kind: "source",
    source: { kind: "nvidia-smi", program: found.path, why: nvml.reason },
    note: null,
    pcie: null,
  });
  const file = new RecordFile(path, unixOffsetMs, post);
  const sorter = new SmiSorter(start, file, post);
  let smi: SmiProcess;
  try {
    smi = startSmi({ path: found.path, intervalMs, env, onReadings: (readings) => sorter.take(readings) });
  } catch (error) {
    post({ kind: "none", reason: `cannot run ${found.path}: ${messageOf(error)}` });
    return;
  }
  const why = await Promise.race([smi.ended, stopWanted]);
  // Without a stop it ended by itself.
  if (typeof why === "string") sorter.end(why);
  else {
    const silentMs = monotonicMs() - sorter.lastAtMs;
    if (silentMs > Math.max(SILENT_PERIODS * intervalMs, SILENT_MS))
      sorter.end("nvidia-smi no longer answered");
    await smi.stop();
  }
  file.close();
}

/** Sorts lines by GPU, keeps those that were chosen. */
class SmiSorter {
  lastAtMs = monotonicMs();
  readonly #start: StartSampling;
  readonly #file: RecordFile;
  readonly #post: Post;
  readonly #rings = new Map<number, SampleRing>();
  /** Readings that wait until it is known which GPUs there are, on which a choice depends; null once it was made. */
  #waiting: { atMs: number; reading: SmiReading }[] | null = [];
  #chosen: ReadonlySet<number> | null = null;
  #isReady = false;

  constructor(start: StartSampling, file: RecordFile, post: Post) {
    this.#start = start;
    this.#file = file;
    this.#post = post;
    if (start.choice === null) this.#waiting = null;
  }

  take(readings: readonly SmiReading[]): void {
    const atMs = monotonicMs();
    this.lastAtMs = atMs;
    for (const reading of readings) {
      if (this.#waiting === null) {
        this.#keep(atMs, reading);
        continue;
      }
      // The second line of a GPU says that all were named.
      if (this.#waiting.some((earlier) => earlier.reading.index === reading.index)) this.#choose();
      if (this.#waiting === null) this.#keep(atMs, reading);
      else this.#waiting.push({ atMs, reading });
    }
    this.#file.write();
    if (this.#isReady || this.#rings.size === 0) return;
    this.#isReady = true;
    this.#post({ kind: "ready" });
  }

  /** No more readings follow, and why. */
  end(why: string): void {
    this.#post(this.#isReady ? { kind: "lost", gpu: null, why } : { kind: "none", reason: why });
  }

  #choose(): void {
    const waiting = this.#waiting!;
    this.#waiting = null;
    const there = waiting.map(({ reading }) => ({
      index: reading.index,
      name: null,
      uuid: reading.uuid,
      mig: [],
    }));
    const chosen = chooseGpus(this.#start.choice, there, this.#start.env.CUDA_DEVICE_ORDER);
    if (!chosen.ok) {
      this.#chosen = new Set();
      this.#post({ kind: "none", reason: chosen.reason });
      return;
    }
    this.#chosen = new Set(chosen.gpus.map(({ index }) => index));
    for (const { atMs, reading } of waiting) this.#keep(atMs, reading);
  }

  #keep(atMs: number, { index, uuid, figures, statuses }: SmiReading): void {
    if (this.#chosen !== null && !this.#chosen.has(index)) return;
    let ring = this.#rings.get(index);
    if (ring === undefined) {
      ring = SampleRing.ofRows(ringRows(MOST_GPUS));
      this.#rings.set(index, ring);
      const unknown = { mig: null, name: null, powerLimitW: null, maxSmClockMhz: null };
      this.#post({ kind: "gpu", gpu: { index, uuid, ...unknown, ring: ring.buffer } });
    }
    for (const [figure, status] of statuses.entries()) ring.setStatus(figure, status);
    ring.push(atMs, figures);
    this.#file.add({ index, mig: null }, atMs, figures);
  }
}
