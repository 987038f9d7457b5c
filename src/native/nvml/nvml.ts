import type { CFunction } from "../dynamic-library.ts";
import type { NvmlFunction } from "./functions.ts";
import { failureOf, returnCode, SUCCESS, type Value } from "./values.ts";

/** A GPU, or a part of one (MIG), as NVML points to it. */
export type DeviceHandle = number & { readonly device: unique symbol };

const FUNCTION_NOT_FOUND = returnCode("FUNCTION_NOT_FOUND");

/**
 * NVML's functions, with the places that they write to. A call is as slow as the driver makes it: microseconds as a rule,
 * some take milliseconds (nvmlDeviceGetPcieThroughput 20), and a sick driver takes seconds.
 */
export class Nvml {
  /** The name or path by which the library was found. */
  readonly path: string;
  readonly #functions: ReadonlyMap<NvmlFunction, CFunction>;
  readonly #u32 = new Uint32Array(2);
  /** The second of two results. */
  readonly #u32b = new Uint32Array(1);
  readonly #u64 = new BigUint64Array(1);

  constructor(path: string, functions: ReadonlyMap<NvmlFunction, CFunction>) {
    this.path = path;
    this.#functions = functions;
  }

  has(name: NvmlFunction): boolean {
    return this.#functions.has(name);
  }

  /** @returns the return code; FUNCTION_NOT_FOUND where this driver has no such function */
  call(name: NvmlFunction, ...args: unknown[]): number {
    const called = this.#functions.get(name);
    return called === undefined ? FUNCTION_NOT_FOUND : (called(...args) as number);
  }

  /** A function whose last argument takes an unsigned int. */
  u32(name: NvmlFunction, ...args: unknown[]): Value {
    const code = this.call(name, ...args, this.#u32);
    return code === SUCCESS ? this.#u32[0]! : failureOf(code);
  }

  /** A function whose last two arguments each take an unsigned int. */
  u32Pair(name: NvmlFunction, ...args: unknown[]): Value<[number, number]> {
    const code = this.call(name, ...args, this.#u32, this.#u32b);
    return code === SUCCESS ? [this.#u32[0]!, this.#u32b[0]!] : failureOf(code);
  }

  /** A function whose last argument takes an unsigned long long. */
  u64(name: NvmlFunction, ...args: unknown[]): Value {
    const code = this.call(name, ...args, this.#u64);
    return code === SUCCESS ? Number(this.#u64[0]!) : failureOf(code);
  }

  /** A function whose last argument takes a handle. */
  handle(name: NvmlFunction, ...args: unknown[]): Value<DeviceHandle> {
    return this.u64(name, ...args) as Value<DeviceHandle>;
  }

  /** A function whose last two arguments are the place for a text and its size. */
  text(name: NvmlFunction, size: number, ...args: unknown[]): Value<string> {
    const place = new Uint8Array(size);
    const code = this.call(name, ...args, place, size);
    return code === SUCCESS ? textAt(place, 0, size) : failureOf(code);
  }

  /** Ends NVML for this thread's count of starts; it may not be called afterwards. */
  close(): void {
    this.call("nvmlShutdown");
  }
}

/** The text at an offset, up to its terminating zero. */
export function textAt(bytes: Uint8Array, offset: number, size: number): string {
  const place = bytes.subarray(offset, offset + size);
  const end = place.indexOf(0);
  return Buffer.from(end < 0 ? place : place.subarray(0, end)).toString("utf8");
}
