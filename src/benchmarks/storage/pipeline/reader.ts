import type { Clock } from "../../../core/clock.ts";
import { rngFor } from "../../../core/rng.ts";
import { microbatchesOf } from "../access/schedule.ts";
import { Control } from "./control.ts";
import { Leave } from "./leave.ts";
import type { ReaderSetup, Source } from "./messages.ts";
import { areaOf, handOver, type Loaded, loadedOf } from "./microbatch.ts";
import type { QueueDepth } from "./queue-depth.ts";
import { remoteReader } from "./remote-reader.ts";
import { readThroughRing } from "./ring-reader.ts";
import { sampleReader } from "./sample-reader.ts";

/** Told of what a reader measured beside its microbatches. */
export interface ReaderSink {
  /** Of io_uring, at its end. */
  depth(depth: QueueDepth): void;
  /** Times to the first byte of reads from a store, ms. */
  firstBytes(ms: Float64Array): void;
}

/**
 * A reader thread's work: its microbatches one after the other, as far as it is allowed to, until the run ends. Without a remote source
 * it never awaits anything.
 */
export async function readMicrobatches(setup: ReaderSetup, clock: Clock, sink: ReaderSink): Promise<void> {
  const { worker, access, source } = setup;
  const control = new Control(setup.control);
  const leave = new Leave(control, setup.leave);
  if (source.kind === "local" && source.engine === "io_uring") {
    readThroughRing(setup, source, control, leave, clock, sink);
    return;
  }
  const { load, end } = loaderOf(setup, source, control, sink);
  let k = 0;
  for (const samples of microbatchesOf(access, worker)) {
    if (!leave.await(k)) break;
    const readStartAt = clock.now();
    const loading = load(samples, k, clock);
    const loaded = loading instanceof Promise ? await loading : loading;
    if (loaded === null) break;
    handOver(control, worker, k, samples.length, readStartAt, loaded, clock.now());
    k++;
  }
  end();
}

interface Loader {
  /** Brings a reader's microbatch `k` into its slot; null when the run is to end. */
  load(samples: Uint32Array, k: number, clock: Clock): Loaded | Promise<Loaded | null>;
  end(): void;
}

function loaderOf(setup: ReaderSetup, source: Source, control: Control, sink: ReaderSink): Loader {
  switch (source.kind) {
    case "null":
      return {
        load: (_samples, _k, clock) => ({
          bytes: 0,
          requestedBytes: 0,
          readEndAt: clock.now(),
          firstByteMs: Number.NaN,
        }),
        end() {},
      };
    case "local":
      return localLoader(setup, source);
    case "remote":
      return remoteLoader(setup, source, control, sink);
  }
}

function localLoader(setup: ReaderSetup, source: Source & { kind: "local" }): Loader {
  const reader = sampleReader(source);
  return {
    load(samples, k, clock) {
      const before = reader.requestedBytes;
      const places: number[] = [];
      for (const [i, sample] of samples.entries()) places.push(reader.read(sample, areaOf(setup, k, i)));
      const readEndAt = clock.now();
      const requestedBytes = reader.requestedBytes - before;
      return loadedOf(setup, source, { k, samples, places, requestedBytes, readEndAt });
    },
    end: () => reader.close(),
  };
}

function remoteLoader(
  setup: ReaderSetup,
  source: Source & { kind: "remote" },
  control: Control,
  sink: ReaderSink,
): Loader {
  const { seed, rank } = setup.access;
  const jitter = rngFor(seed, `retries of rank ${rank}`, setup.worker);
  const reader = remoteReader(source, setup.network!, control, jitter.uniform);
  const firstBytes = new FirstBytes(setup.firstCounted, (ms) => sink.firstBytes(ms));
  return {
    async load(samples, k, clock) {
      const before = reader.receivedBytes;
      const places: number[] = [];
      let sumMs = 0;
      for (const [i, sample] of samples.entries()) {
        const read = await reader.read(sample, areaOf(setup, k, i));
        if (read === null) return null;
        places.push(read.address);
        sumMs += read.firstByteMs;
        firstBytes.add(k, read.firstByteMs);
      }
      const readEndAt = clock.now();
      const requestedBytes = reader.receivedBytes - before;
      const loaded = loadedOf(setup, source, { k, samples, places, requestedBytes, readEndAt });
      return { ...loaded, firstByteMs: sumMs / samples.length };
    },
    end: () => firstBytes.post(),
  };
}

/** Collects the times of counted microbatches, and hands them over now and then. */
class FirstBytes {
  static readonly #MOST = 4096;
  readonly #firstCounted: number;
  readonly #post: (ms: Float64Array) => void;
  #waiting: number[] = [];

  constructor(firstCounted: number, post: (ms: Float64Array) => void) {
    this.#firstCounted = firstCounted;
    this.#post = post;
  }

  add(k: number, ms: number): void {
    if (k < this.#firstCounted) return;
    if (this.#waiting.push(ms) >= FirstBytes.#MOST) this.post();
  }

  post(): void {
    if (this.#waiting.length > 0) this.#post(Float64Array.from(this.#waiting));
    this.#waiting = [];
  }
}
