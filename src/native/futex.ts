import { dlopen, FFIType, ptr } from "bun:ffi";

/** <asm/unistd.h> of x86_64 and of aarch64. */
const SYS_FUTEX = process.arch === "arm64" ? 98 : 202;
/** <linux/futex.h>: FUTEX_WAIT and FUTEX_WAKE, both | FUTEX_PRIVATE_FLAG. */
const WAIT = 128;
const WAKE = 129;
const EVERYONE = 0x7fff_ffff;
const WORD_BYTES = 4;

const long = FFIType.i64_fast;
const { syscall } = dlopen("libc.so.6", {
  syscall: { args: [long, long, long, long, long], returns: long },
}).symbols;

/**
 * Numbers in shared memory that threads sleep on until one is set: futex(2) itself. `Atomics.wait` and `Atomics.notify` of this runtime go
 * through a lock and a condition: a turn between two threads takes four times as long, and as much of the processors (26 µs for 6.5).
 * Setting a number that nobody sleeps on enters no kernel. `Worker.terminate` does not end a thread that sleeps here: wake it first.
 */
export class FutexWords {
  readonly #words: Int32Array;
  /** How many threads sleep on each, or are about to. */
  readonly #sleepers: Int32Array;
  readonly #address: number;

  /** Bytes of so many words. */
  static bytes(length: number): number {
    return 2 * WORD_BYTES * length;
  }

  /** @param byteOffset a multiple of 4, from which on `bytes(length)` are theirs alone; 0 at first */
  constructor(memory: SharedArrayBuffer, byteOffset: number, length: number) {
    this.#words = new Int32Array(memory, byteOffset, length);
    this.#sleepers = new Int32Array(memory, byteOffset + WORD_BYTES * length, length);
    this.#address = Number(ptr(this.#words));
  }

  get(at: number): number {
    return Atomics.load(this.#words, at);
  }

  /** Sets a number, and wakes all who sleep on it. */
  set(at: number, value: number): void {
    Atomics.store(this.#words, at, value);
    this.#wake(at);
  }

  /** As `set`, where it is `expected` still. */
  replace(at: number, expected: number, value: number): void {
    if (Atomics.compareExchange(this.#words, at, expected, value) === expected) this.#wake(at);
  }

  /** Sleeps while the number is `value`; may return before it is another. */
  sleepWhile(at: number, value: number): void {
    Atomics.add(this.#sleepers, at, 1);
    syscall(SYS_FUTEX, this.#address + WORD_BYTES * at, WAIT, value, 0);
    Atomics.sub(this.#sleepers, at, 1);
  }

  #wake(at: number): void {
    if (Atomics.load(this.#sleepers, at) > 0)
      syscall(SYS_FUTEX, this.#address + WORD_BYTES * at, WAKE, EVERYONE, 0);
  }
}
