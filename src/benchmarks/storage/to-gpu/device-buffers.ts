import { ToolError } from "../../../core/errors.ts";
import { CudaContext, type Event, type Stream } from "../../../native/cuda/context.ts";
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
  #start = 0 as Event;
  #end = 0 as Event;

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
    this.#start = this.#context.createEvent();
    this.#end = this.#context.createEvent();
  }

  /** Copies a microbatch, and waits until all of it is there. @returns what the device took, in ms @throws CudaError */
  copy(slot: number, samples: readonly SamplePlace[]): number {
    this.#context.record(this.#start, this.#stream);
    for (const [i, { address, bytes }] of samples.entries()) {
      if (bytes > 0) this.#context.copyToDevice(this.#areaOf(slot, i), address, bytes, this.#stream);
    }
    this.#context.record(this.#end, this.#stream);
    this.#context.await(this.#end);
    return this.#context.elapsedMs(this.#start, this.#end);
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
