import type { Cuda } from "./cuda.ts";
import { deviceAt } from "./devices.ts";
import type { CudaError } from "./errors.ts";

/** CU_MEMHOSTREGISTER_PORTABLE: pinned for all contexts. */
const PORTABLE = 1;
/** CU_STREAM_NON_BLOCKING: waits for no other stream. */
const NON_BLOCKING = 1;
/** CU_EVENT_BLOCKING_SYNC: whoever waits sleeps, and leaves its core to others. */
const BLOCKING_SYNC = 1;

/** CUstream and CUevent. */
export type Stream = number & { readonly stream: unique symbol };
export type CudaEvent = number & { readonly event: unique symbol };

/**
 * A GPU as one thread uses it: its primary context, made current in the thread that constructs this, and what that thread took. All of it
 * is given back by `release`. Addresses of the device and of the host are numbers.
 */
export class CudaContext {
  readonly #cuda: Cuda;
  /** Undoes what was done, the last first. */
  readonly #undo: (() => void)[] = [];
  readonly #streams: Stream[] = [];

  /** Takes from milliseconds to seconds where no other process uses the GPU. @throws CudaError */
  constructor(cuda: Cuda, ordinal: number) {
    this.#cuda = cuda;
    const device = deviceAt(cuda, ordinal);
    const context = cuda.address("cuDevicePrimaryCtxRetain", device);
    this.#undo.push(() => cuda.run("cuDevicePrimaryCtxRelease_v2", device));
    try {
      cuda.run("cuCtxSetCurrent", context);
    } catch (error) {
      this.release();
      throw error;
    }
    this.#undo.push(() => cuda.run("cuCtxSetCurrent", null));
  }

  /** @returns the address of so many bytes (> 0) on the device, a multiple of 256 @throws CudaError OUT_OF_MEMORY */
  allocate(bytes: number): number {
    const place = this.#cuda.address("cuMemAlloc_v2", bytes);
    this.#undo.push(() => this.#cuda.run("cuMemFree_v2", place));
    return place;
  }

  /** Pins memory of the host, which stays where it is until `release`. @throws CudaError */
  pin(address: number, bytes: number): void {
    this.#cuda.run("cuMemHostRegister_v2", address, bytes, PORTABLE);
    this.#undo.push(() => this.#cuda.run("cuMemHostUnregister", address));
  }

  /** @throws CudaError */
  createStream(): Stream {
    const stream = this.#cuda.address("cuStreamCreate", NON_BLOCKING) as Stream;
    this.#streams.push(stream);
    this.#undo.push(() => this.#cuda.run("cuStreamDestroy_v2", stream));
    return stream;
  }

  /** @throws CudaError */
  createEvent(): CudaEvent {
    const event = this.#cuda.address("cuEventCreate", BLOCKING_SYNC) as CudaEvent;
    this.#undo.push(() => this.#cuda.run("cuEventDestroy_v2", event));
    return event;
  }

  /** Begins to copy pinned memory to the device; it must stay as it is until the stream has come by. @throws CudaError */
  copyToDevice(to: number, from: number, bytes: number, stream: Stream): void {
    this.#cuda.run("cuMemcpyHtoDAsync_v2", to, from, bytes, stream);
  }

  /** Copies back from the device, and waits for it. @throws CudaError */
  copyToHost(to: number, from: number, bytes: number): void {
    this.#cuda.run("cuMemcpyDtoH_v2", to, from, bytes);
  }

  /** Has the device note the time when it comes to this point of the stream. @throws CudaError */
  record(event: CudaEvent, stream: Stream): void {
    this.#cuda.run("cuEventRecord", event, stream);
  }

  /** Waits until the device has come by. @throws CudaError */
  awaitEvent(event: CudaEvent): void {
    this.#cuda.run("cuEventSynchronize", event);
  }

  /** Between two events that it came by, in ms, to about half a µs. @throws CudaError */
  elapsedMs(start: CudaEvent, end: CudaEvent): number {
    return this.#cuda.float("cuEventElapsedTime", start, end);
  }

  /** Gives everything back, in reverse. @returns the first failure, which after one of the device itself means nothing more */
  release(): CudaError | null {
    let first: CudaError | null = null;
    // First of all: nothing may still be copied from memory that is unpinned, or to memory that is freed.
    const waits = this.#streams
      .splice(0)
      .map((stream) => () => this.#cuda.run("cuStreamSynchronize", stream));
    for (const work of [...waits, ...this.#undo.splice(0).reverse()]) {
      try {
        work();
      } catch (error) {
        first ??= error as CudaError;
      }
    }
    return first;
  }
}
