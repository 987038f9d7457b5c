import { closeSync } from "node:fs";
import type { Clock } from "../../../core/clock.ts";
import { messageOf, ToolError } from "../../../core/errors.ts";
import { openForReading, SystemCallError } from "../../../native/file-io.ts";
import { IoRing } from "../../../native/io-uring.ts";
import { microbatchesOf } from "../access/schedule.ts";
import type { Control } from "./control.ts";
import type { Leave } from "./leave.ts";
import type { ReaderSetup, Source } from "./messages.ts";
import { areaOf, handOver, loadedOf } from "./microbatch.ts";
import type { OpenFiles } from "./open-files.ts";
import { DepthWatch } from "./queue-depth.ts";
import { nextAt, type ReadRange, readFailed, readRange } from "./read-range.ts";
import type { ReaderSink } from "./reader.ts";
import { openFilesOf } from "./sample-reader.ts";

/** A microbatch whose reads were begun. */
interface Batch {
  samples: Uint32Array;
  readStartAt: number;
  places: number[];
  requestedBytes: number;
  /** Samples that are not in memory yet. */
  missing: number;
  /** When the last one was; NaN until then. */
  readEndAt: number;
}

/** A sample whose reads were begun. */
interface Loading {
  batch: Batch;
  sample: number;
  fd: number;
  range: ReadRange;
  /** Of the range's first byte, in memory. */
  address: number;
  /** Blocks in the ring, or still to go there. */
  missing: number;
}

/** A block in the ring. */
interface Block {
  loading: Loading;
  at: number;
  to: number;
}

/** What a read or write of the ring says when it is to be done again, errno(3). */
const EINTR = 4;
const EAGAIN = 11;

/**
 * A reader's work with io_uring: keeps `ioDepth` blocks under way, over the borders of samples and of microbatches, as far as it is allowed
 * to load ahead. Microbatches are handed over in order. Its thread waits in the kernel, for a block or for leave to go on.
 */
export function readThroughRing(
  setup: ReaderSetup,
  source: Source & { kind: "local" },
  control: Control,
  leave: Leave,
  clock: Clock,
  sink: ReaderSink,
): void {
  const reader = new RingReader(setup, source, control, leave, clock);
  try {
    reader.run();
  } finally {
    reader.close();
    sink.depth(reader.depth);
  }
}

/** The one that was tried before the run may be the last that the limit on locked memory allows. @throws ToolError IO_URING */
function openRing(entries: number): IoRing {
  try {
    return IoRing.open(entries);
  } catch (error) {
    throw new ToolError("IO_URING", `a ring of ${entries} reads cannot be set up: ${messageOf(error)}`, {
      hint: "Take fewer readers (--num-workers) or a smaller --io-depth, or raise the limit on locked memory (ulimit -l).",
      cause: error,
    });
  }
}

class RingReader {
  readonly #setup: ReaderSetup;
  readonly #source: Source & { kind: "local" };
  readonly #control: Control;
  readonly #leave: Leave;
  readonly #clock: Clock;
  readonly #ring: IoRing;
  readonly #files: OpenFiles<number>;
  readonly #watch = new DepthWatch();
  /** The blocks in the ring, by their ids; undefined where an id is free. */
  readonly #blocks: (Block | undefined)[];
  readonly #freeIds: number[];
  /** Microbatches not handed over yet, from `#handedOver` on. */
  readonly #batches: Batch[] = [];
  #handedOver = 0;
  readonly #upcoming: Iterator<Uint32Array>;
  /** Blocks whose turn comes next: of the sample at hand, and those that have to be read again. */
  readonly #queue: Block[] = [];
  /** Where in the last microbatch the next sample is. */
  #nextSample = 0;

  constructor(
    setup: ReaderSetup,
    source: Source & { kind: "local" },
    control: Control,
    leave: Leave,
    clock: Clock,
  ) {
    this.#setup = setup;
    this.#source = source;
    this.#control = control;
    this.#leave = leave;
    this.#clock = clock;
    const { dataset, direct, ioDepth } = source;
    this.#upcoming = microbatchesOf(setup.access, setup.worker);
    this.#blocks = new Array(ioDepth).fill(undefined);
    this.#freeIds = Array.from({ length: ioDepth }, (_, id) => id);
    this.#files = openFilesOf(dataset, (file) => openForReading(dataset.files[file]!, direct), closeSync);
    this.#ring = openRing(ioDepth);
  }

  get depth() {
    return this.#watch.depth;
  }

  /** Until the run is to end. */
  run(): void {
    while (this.#fill()) {
      // What memory has is done at submission already: those reads were under way one after the other.
      this.#watch.set(Math.max(1, this.#ring.submit()), this.#clock.now());
      this.#ring.wait();
      this.#watch.set(0, this.#clock.now());
      this.#ring.take((id, result) => this.#done(id, result));
      this.#handOverWhole();
    }
  }

  /** Waits for what is under way: its memory must stay until then. */
  close(): void {
    while (this.#ring.inFlight > 0) {
      this.#ring.wait();
      this.#ring.take(() => {});
    }
    this.#ring.close();
    this.#files.closeAll();
  }

  /** Fills the ring, as far as there is leave; sleeps where there is nothing else to do. @returns false when the run is to end */
  #fill(): boolean {
    while (this.#freeIds.length > 0) {
      const block = this.#queue.pop() ?? this.#nextBlock();
      if (block === null) return this.#freeIds.length < this.#blocks.length && !this.#control.isStopped;
      const id = this.#freeIds.pop()!;
      this.#blocks[id] = block;
      const { loading, at, to } = block;
      this.#ring.read(loading.fd, loading.address + at - loading.range.from, to - at, at, id);
    }
    return !this.#control.isStopped;
  }

  /** @returns null where no sample may be begun yet */
  #nextBlock(): Block | null {
    let batch = this.#batches.at(-1);
    if (batch === undefined || this.#nextSample === batch.samples.length) {
      const begun = this.#begin();
      if (begun === null) return null;
      batch = begun;
    }
    this.#enqueue(batch, this.#nextSample++);
    return this.#queue.pop()!;
  }

  /** Begins the next microbatch. */
  #begin(): Batch | null {
    const k = this.#handedOver + this.#batches.length;
    // With nothing under way there is nothing to wait for but leave.
    const isIdle = this.#freeIds.length === this.#blocks.length;
    if (!(isIdle ? this.#leave.await(k) : this.#leave.has(k))) return null;
    const { value: samples, done } = this.#upcoming.next();
    if (done) return null;
    const batch: Batch = {
      samples,
      readStartAt: this.#clock.now(),
      places: [],
      requestedBytes: 0,
      missing: samples.length,
      readEndAt: Number.NaN,
    };
    this.#batches.push(batch);
    this.#nextSample = 0;
    return batch;
  }

  /** Opens a sample's file, and puts its blocks into the queue, the first one last. */
  #enqueue(batch: Batch, i: number): void {
    const { dataset, alignment } = this.#source;
    const blockBytes = this.#source.blockBytes!;
    const sample = batch.samples[i]!;
    const range = readRange(dataset, sample, alignment);
    const address = areaOf(this.#setup, this.#handedOver + this.#batches.length - 1, i);
    const fd = this.#open(sample);
    batch.places.push(address + dataset.offset[sample]! - range.from);
    batch.requestedBytes += range.to - range.from;
    const loading: Loading = { batch, sample, fd, range, address, missing: 0 };
    for (let at = range.from; at < range.to; at += blockBytes) {
      this.#queue.push({ loading, at, to: Math.min(at + blockBytes, range.to) });
      loading.missing++;
    }
    this.#queue.reverse();
  }

  #open(sample: number): number {
    const { dataset } = this.#source;
    try {
      return this.#files.acquire(dataset.fileOf[sample]!);
    } catch (error) {
      throw readFailed(dataset, sample, error);
    }
  }

  /** @param result bytes, or an errno below 0 */
  #done(id: number, result: number): void {
    const block = this.#blocks[id]!;
    this.#blocks[id] = undefined;
    this.#freeIds.push(id);
    const { loading } = block;
    const { dataset, alignment } = this.#source;
    if (result === -EINTR || result === -EAGAIN) {
      this.#queue.push(block);
      return;
    }
    if (result < 0) throw readFailed(dataset, loading.sample, new SystemCallError("io_uring read", -result));
    const end = Math.min(block.to, loading.range.end);
    block.at = nextAt(dataset, loading.sample, block.at, result, { end, alignment });
    if (block.at < end) {
      this.#queue.push(block);
      return;
    }
    loading.missing--;
    if (loading.missing > 0) return;
    this.#files.release(dataset.fileOf[loading.sample]!);
    const { batch } = loading;
    batch.missing--;
    // Before those in front of it are handed over, which may take the time of comparing them.
    if (batch.missing === 0) batch.readEndAt = this.#clock.now();
  }

  #handOverWhole(): void {
    while (this.#batches[0]?.missing === 0) {
      const { readStartAt, ...read } = this.#batches.shift()!;
      const k = this.#handedOver;
      const loaded = loadedOf(this.#setup, this.#source, { k, ...read });
      handOver(
        this.#control,
        this.#setup.worker,
        k,
        read.samples.length,
        readStartAt,
        loaded,
        this.#clock.now(),
      );
      this.#handedOver++;
    }
  }
}
