import { ToolError } from "../../../core/errors.ts";
import { CudaContext, type CudaEvent, type Stream } from "../../../native/cuda/context.ts";
import type { Cuda } from "../../../native/cuda/cuda.ts";
import { memoryAt, type NativeMemory } from "../../../native/file-io.ts";
import type { SamplePlace } from "./places.ts";

/** What cuMemAlloc aligns to; each sample begins at a multiple of it. */
const ALIGNMENT = 256;

export interface DeviceBuffersShape {
  /** Microbatches that there is room for. */
  slots: number;
  microbatchSize: number;
  largestSampleBytes: number;
}

/** As many samples may be under way, or one microbatch: putting them on their way takes the driver some µs each. */
const SAMPLES_UNDER_WAY = 64;

/** What all microbatches together take on the device. */
export function deviceBytesFor(shape: DeviceBuffersShape): number {
  return shape.slots * shape.microbatchSize * areaBytesOf(shape);
}

/** Buffers on a GPU for microbatches, a stream that copies to them, and events that time it; of one thread. */
export class DeviceBuffers {
  readonly #context: CudaContext;
  readonly #shape: DeviceBuffersShape;
  #place = 0;
  #stream = 0 as Stream;
  /** Before and behind each copy that may be under way. */
  #events: { start: CudaEvent; end: CudaEvent }[] = [];

  /** @throws CudaError */
  constructor(cuda: Cuda, ordinal: number, shape: DeviceBuffersShape) {
    this.#context = new CudaContext(cuda, ordinal);
    this.#shape = shape;
  }

  /** Pins the memory that will be copied from. @throws CudaError */
  pin(address: number, bytes: number): void {
    this.#context.pin(address, bytes);
  }

  /** Takes the device's memory. @throws CudaError OUT_OF_MEMORY */
  allocate(): void {
    this.#place = this.#context.allocate(deviceBytesFor(this.#shape));
    this.#stream = this.#context.createStream();
    this.#events = Array.from({ length: this.copiesUnderWay }, () => ({
      start: this.#context.createEvent(),
      end: this.#context.createEvent(),
    }));
  }

  /** How many microbatches may be under way at a time. */
  get copiesUnderWay(): number {
    return Math.max(1, Math.floor(SAMPLES_UNDER_WAY / this.#shape.microbatchSize));
  }

  /** Puts a microbatch on its way. @param copy which of those under way it is @throws CudaError */
  begin(copy: number, slot: number, samples: readonly SamplePlace[]): void {
    const { start, end } = this.#events[copy]!;
    this.#context.record(start, this.#stream);
    for (const [i, { address, bytes }] of samples.entries()) {
      if (bytes > 0) this.#context.copyToDevice(this.#areaOf(slot, i), address, bytes, this.#stream);
    }
    this.#context.record(end, this.#stream);
  }

  /** Waits until all of it is there. @returns what the device took, in ms @throws CudaError */
  finish(copy: number): number {
    const { start, end } = this.#events[copy]!;
    this.#context.awaitEvent(end);
    return this.#context.elapsedMs(start, end);
  }

  /**
   * Reads a microbatch back and compares it with the host's memory.
   * @param scratch room for the largest sample
   * @throws ToolError DATA_DIFFERS, CudaError
   */
  verify(slot: number, samples: readonly SamplePlace[], scratch: NativeMemory): void {
    for (const [i, { address, bytes }] of samples.entries()) {
      if (bytes === 0) continue;
      this.#context.copyToHost(scratch.address, this.#areaOf(slot, i), bytes);
      if (Buffer.compare(scratch.bytes.subarray(0, bytes), memoryAt(address, bytes)) === 0) continue;
      throw new ToolError(
        "DATA_DIFFERS",
        `a sample of ${bytes} bytes came back from the GPU with other bytes than were copied to it`,
        { hint: "The GPU's memory or its link is in trouble: look at nvidia-smi -q -d ECC and dmesg (Xid)." },
      );
    }
  }

  /** Gives everything back; what fails in it changes nothing any more. */
  release(): void {
    this.#context.release();
  }

  #areaOf(slot: number, i: number): number {
    return this.#place + (slot * this.#shape.microbatchSize + i) * areaBytesOf(this.#shape);
  }
}

function areaBytesOf({ largestSampleBytes }: DeviceBuffersShape): number {
  return Math.max(1, Math.ceil(largestSampleBytes / ALIGNMENT)) * ALIGNMENT;
}
