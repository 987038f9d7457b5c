import { CString, type Pointer } from "bun:ffi";
import type { CFunction } from "../dynamic-library.ts";
import { CudaError, MISSING } from "./errors.ts";
import type { CudaFunction } from "./functions.ts";

/** CUDA_SUCCESS. */
const SUCCESS = 0;

/** CUDA's driver API, with the places that its functions write to; a thread each has its own. Every failure is a CudaError. */
export class Cuda {
  /** The name or path by which the library was found. */
  readonly path: string;
  readonly #functions: ReadonlyMap<CudaFunction, CFunction>;
  readonly #i32 = new Int32Array(1);
  readonly #f32 = new Float32Array(1);
  readonly #u64 = new BigUint64Array(1);

  constructor(path: string, functions: ReadonlyMap<CudaFunction, CFunction>) {
    this.path = path;
    this.#functions = functions;
  }

  has(name: CudaFunction): boolean {
    return this.#functions.has(name);
  }

  /** @throws CudaError */
  run(name: CudaFunction, ...args: unknown[]): void {
    const called = this.#functions.get(name);
    if (called === undefined) throw new CudaError(name, MISSING, this.path);
    const code = called(...args) as number;
    if (code === SUCCESS) return;
    throw new CudaError(
      name,
      this.#words("cuGetErrorName", code) ?? String(code),
      this.#words("cuGetErrorString", code),
    );
  }

  /** A function whose first argument takes an int. @throws CudaError */
  int(name: CudaFunction, ...args: unknown[]): number {
    this.run(name, this.#i32, ...args);
    return this.#i32[0]!;
  }

  /** A function whose first argument takes a float. @throws CudaError */
  float(name: CudaFunction, ...args: unknown[]): number {
    this.run(name, this.#f32, ...args);
    return this.#f32[0]!;
  }

  /** A function whose first argument takes a handle or an address, both far below 2^53. @throws CudaError */
  address(name: CudaFunction, ...args: unknown[]): number {
    this.run(name, this.#u64, ...args);
    return Number(this.#u64[0]!);
  }

  /** What CUDA says of a code that it returned; null where it does not know it. */
  #words(name: "cuGetErrorName" | "cuGetErrorString", code: number): string | null {
    const text = new BigUint64Array(1);
    const known = this.#functions.get(name)?.(code, text) === SUCCESS && text[0] !== 0n;
    return known ? new CString(Number(text[0]) as Pointer).toString() : null;
  }
}
