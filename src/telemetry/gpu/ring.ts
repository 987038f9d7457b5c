import { type FigureKey, figureIndex, figureKeys } from "./figures.ts";

/** A span of the run's clock, both ends included, in ms. */
export interface Window {
  fromMs: number;
  toMs: number;
}

/** Instants and values of one figure, in order of time. */
export interface Series {
  atMs: Float64Array;
  values: Float64Array;
}

/** instant, then the figures. */
const WIDTH = figureKeys.length + 1;
const ROW_BYTES = WIDTH * 8;
/** [rows written, nothing, then each figure's last status], in whole doubles. */
const HEADER_INTS = 2 + figureKeys.length + (figureKeys.length % 2);
const HEADER_BYTES = HEADER_INTS * 4;
/** The oldest rows may be under the writer's hand. */
const GUARD_ROWS = 16;

/**
 * The last readings of one GPU, in memory that the sampling thread writes and others read. Once it is full the oldest rows
 * give way; the file has them all. Memory is taken from the system only as it is written.
 */
export class SampleRing {
  readonly buffer: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #rows: Float64Array;
  readonly #capacity: number;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#header = new Int32Array(buffer, 0, HEADER_INTS);
    this.#rows = new Float64Array(buffer, HEADER_BYTES);
    this.#capacity = Math.floor(this.#rows.length / WIDTH);
  }

  static ofRows(rows: number): SampleRing {
    return new SampleRing(new SharedArrayBuffer(HEADER_BYTES + rows * ROW_BYTES));
  }

  /** Appends a reading. For the sampling thread alone. */
  push(atMs: number, figures: ArrayLike<number>): void {
    const written = this.#header[0]!;
    const start = (written % this.#capacity) * WIDTH;
    this.#rows[start] = atMs;
    this.#rows.set(figures, start + 1);
    // Only now may a reader see it.
    Atomics.store(this.#header, 0, written + 1);
  }

  /** Notes why a figure has no value: a return code of NVML, or NOT_OFFERED; 0 takes it back. */
  setStatus(figure: number, status: number): void {
    Atomics.store(this.#header, 2 + figure, status);
  }

  statusOf(key: FigureKey): number {
    return Atomics.load(this.#header, 2 + figureIndex(key));
  }

  /** Number of the next reading. */
  get end(): number {
    return Atomics.load(this.#header, 0);
  }

  /** Number of the oldest reading that is still there. */
  get start(): number {
    const { end } = this;
    return end <= this.#capacity ? 0 : end - this.#capacity + GUARD_ROWS;
  }

  /** Instant of a reading. */
  atMs(row: number): number {
    return this.#rows[(row % this.#capacity) * WIDTH]!;
  }

  /** A figure of a reading; NaN for none. */
  value(row: number, key: FigureKey): number {
    return this.#rows[(row % this.#capacity) * WIDTH + 1 + figureIndex(key)]!;
  }

  /** The readings inside a window: numbers from `from` up to but without `to`. */
  within({ fromMs, toMs }: Window): { from: number; to: number } {
    const from = this.#firstRow((atMs) => atMs >= fromMs);
    return {
      from,
      to: Math.max(
        from,
        this.#firstRow((atMs) => atMs > toMs),
      ),
    };
  }

  /** The values of a figure in a row of readings, without the readings that have none. */
  series(key: FigureKey, { from, to }: { from: number; to: number }): Series {
    const atMs = new Float64Array(to - from);
    const values = new Float64Array(to - from);
    let n = 0;
    for (let row = from; row < to; row++) {
      const value = this.value(row, key);
      if (Number.isNaN(value)) continue;
      atMs[n] = this.atMs(row);
      values[n++] = value;
    }
    return { atMs: atMs.subarray(0, n), values: values.subarray(0, n) };
  }

  /** The first reading whose instant is so; instants only grow. */
  #firstRow(isSo: (atMs: number) => boolean): number {
    let [low, high] = [this.start, this.end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (isSo(this.atMs(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The status of a figure that the source cannot be asked for. */
export const NOT_OFFERED = -1;

/** A day of readings each 100 ms. */
const MOST_ROWS = 2 ** 20;
/** Of address space, for all GPUs together. */
const MOST_BYTES = 2 ** 31;

/** How many readings each of so many GPUs may keep. */
export function ringRows(gpus: number): number {
  return Math.min(MOST_ROWS, Math.floor(MOST_BYTES / (gpus * ROW_BYTES)));
}
