import type { PcieThroughput } from "../../native/nvml/pcie.ts";
import { orNull } from "../../native/nvml/values.ts";

/** [readings, from the GPU, to the GPU] */
const WIDTH = 3;

/** PCIe throughput, as one thread writes it and another takes it: each reading is taken once, or not at all. */
export class PcieBoard {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Float64Array;
  readonly #taken: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#cells = new Float64Array(buffer);
    this.#taken = new Float64Array(this.#cells.length / WIDTH);
  }

  static forGpus(count: number): PcieBoard {
    return new PcieBoard(new SharedArrayBuffer(count * WIDTH * 8));
  }

  /** @param gpu its place on the board */
  put(gpu: number, { txKbPerS, rxKbPerS }: PcieThroughput): void {
    const start = gpu * WIDTH;
    this.#cells[start + 1] = orNull(txKbPerS) ?? Number.NaN;
    this.#cells[start + 2] = orNull(rxKbPerS) ?? Number.NaN;
    this.#cells[start]! += 1;
  }

  /** The reading that was not taken yet, NaN where the driver gave none; null where there is nothing new. */
  take(gpu: number): { txKbPerS: number; rxKbPerS: number } | null {
    const start = gpu * WIDTH;
    const count = this.#cells[start]!;
    if (count === this.#taken[gpu]) return null;
    this.#taken[gpu] = count;
    return { txKbPerS: this.#cells[start + 1]!, rxKbPerS: this.#cells[start + 2]! };
  }
}
