import { dlopen, FFIType, type Pointer, ptr } from "bun:ffi";
import { closeSync } from "node:fs";
import { lastError, memoryAt, SystemCallError } from "./file-io.ts";
import * as abi from "./io-uring-abi.ts";

const PROT_READ_WRITE = 3;
/** MAP_SHARED | MAP_POPULATE */
const MAP_FLAGS = 0x8001;
const WORD = 4;

const long = FFIType.i64_fast;
const libc = dlopen("libc.so.6", {
  syscall: { args: [long, long, long, long, long, long, long], returns: long },
  mmap: { args: ["ptr", "usize", "i32", "i32", "i32", long], returns: long },
  munmap: { args: ["ptr", "usize"], returns: "i32" },
}).symbols;

/** Tries whether a ring of so many entries can be had. @returns 0, or the errno that says why it cannot be */
export function ioUringErrno(entries = 1): number {
  try {
    IoRing.open(entries).close();
    return 0;
  } catch (error) {
    if (error instanceof SystemCallError) return error.errno;
    throw error;
  }
}

/**
 * A ring of reads, used by the thread that opened it: any number of `read`, then `submit`, then `take` what is done.
 *
 * The kernel reads and writes the same memory. Head and tail go through `Atomics`, which order what was written before a store and what is
 * read after a load, on plain memory as on shared; and the kernel looks at submissions only inside of `io_uring_enter`, which this
 * thread calls (there is no SQPOLL thread).
 *
 * Buffers are not registered: where they lie in huge pages it makes no difference (2.89 GB/s and 0.013 CPU-s/GB either way, O_DIRECT).
 */
export class IoRing {
  readonly entries: number;
  readonly #fd: number;
  readonly #unmap: () => void;
  readonly #sqes: Uint32Array;
  /** Both rings, in words. */
  readonly #rings: Uint32Array;
  /** Where in them. */
  readonly #at: { sqHead: number; sqTail: number; cqHead: number; cqTail: number; cqes: number };
  readonly #cqMask: number;
  #sqTail: number;
  #cqHead: number;
  /** Submitted and not taken yet. */
  #inFlight = 0;

  /**
   * @param flags of the ring, left out on kernels that do not know them
   * @throws SystemCallError: EPERM where it is forbidden, ENOSYS where the kernel has none (Linux 5.6 is the first that will do)
   */
  static open(entries: number, flags = abi.SETUP_SINGLE_ISSUER | abi.SETUP_DEFER_TASKRUN): IoRing {
    const params = new Uint8Array(abi.PARAMS.bytes);
    const words = new Uint32Array(params.buffer);
    words[abi.PARAMS.flags / WORD] = flags;
    let fd = enterKernel(abi.SYS_IO_URING_SETUP, entries, ptr(params));
    if (fd < 0 && lastError("io_uring_setup").code === "EINVAL") {
      words.fill(0);
      fd = enterKernel(abi.SYS_IO_URING_SETUP, entries, ptr(params));
    }
    if (fd < 0) throw lastError("io_uring_setup");
    const needed = abi.FEAT_SINGLE_MMAP | abi.FEAT_NODROP | abi.FEAT_RW_CUR_POS;
    try {
      if ((words[abi.PARAMS.features / WORD]! & needed) !== needed)
        throw new SystemCallError("io_uring_setup", ENOSYS);
      return new IoRing(fd, words);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  private constructor(fd: number, params: Uint32Array) {
    const field = (struct: number, at: number) => params[(struct + at) / WORD]!;
    const inSq = (at: number) => field(abi.PARAMS.sq, at);
    const inCq = (at: number) => field(abi.PARAMS.cq, at);
    this.#fd = fd;
    this.entries = field(0, abi.PARAMS.entries);
    const ringBytes = Math.max(
      inSq(abi.SQ.array) + WORD * this.entries,
      inCq(abi.CQ.cqes) + WORD * abi.CQE.words * field(0, abi.PARAMS.cqEntries),
    );
    const sqeBytes = WORD * abi.SQE.words * this.entries;
    const rings = mapRing(fd, ringBytes, abi.OFF_RINGS);
    const sqes = mapRing(fd, sqeBytes, abi.OFF_SQES);
    this.#unmap = () => {
      libc.munmap(rings as Pointer, ringBytes);
      libc.munmap(sqes as Pointer, sqeBytes);
    };
    this.#rings = wordsAt(rings, ringBytes);
    this.#sqes = wordsAt(sqes, sqeBytes);
    this.#at = {
      sqHead: inSq(abi.SQ.head) / WORD,
      sqTail: inSq(abi.SQ.tail) / WORD,
      cqHead: inCq(abi.CQ.head) / WORD,
      cqTail: inCq(abi.CQ.tail) / WORD,
      cqes: inCq(abi.CQ.cqes) / WORD,
    };
    this.#cqMask = this.#rings[inCq(abi.CQ.mask) / WORD]!;
    this.#sqTail = Atomics.load(this.#rings, this.#at.sqTail);
    this.#cqHead = Atomics.load(this.#rings, this.#at.cqHead);
    // Entry i of the submission queue is always sqe i.
    for (let i = 0; i < this.entries; i++) this.#rings[inSq(abi.SQ.array) / WORD + i] = i;
  }

  /** Reads submitted, and not taken yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Puts a read of `bytes` at `offset` into memory at `address` into the queue; no more than `entries` between two calls of `submit`.
   * @param id from 0 to 2^32 - 1: what `take` calls it
   */
  read(fd: number, address: number, bytes: number, offset: number, id: number): void {
    const at = (this.#sqTail % this.entries) * abi.SQE.words;
    const sqe = this.#sqes;
    sqe.fill(0, at, at + abi.SQE.words);
    sqe[at + abi.SQE.opcode] = abi.OP_READ;
    sqe[at + abi.SQE.fd] = fd;
    sqe[at + abi.SQE.offset] = offset;
    sqe[at + abi.SQE.offset + 1] = Math.floor(offset / 2 ** 32);
    sqe[at + abi.SQE.address] = address;
    sqe[at + abi.SQE.address + 1] = Math.floor(address / 2 ** 32);
    sqe[at + abi.SQE.length] = bytes;
    sqe[at + abi.SQE.userData] = id;
    this.#sqTail = (this.#sqTail + 1) >>> 0;
  }

  /**
   * Hands everything that is in the queue to the kernel, which answers at once what it has in memory, and lets it say what has ended since:
   * with DEFER_TASKRUN that is seen only when the ring is entered for events.
   * @returns how many reads are under way now: not done
   * @throws SystemCallError
   */
  submit(): number {
    Atomics.store(this.#rings, this.#at.sqTail, this.#sqTail);
    for (let seen = this.#done; this.#queued > 0 || this.#inFlight > seen; ) {
      const taken = enterKernel(abi.SYS_IO_URING_ENTER, this.#fd, this.#queued, 0, abi.ENTER_GETEVENTS);
      if (taken >= 0) this.#inFlight += taken;
      else this.#goOn(lastError("io_uring_enter"));
      // The kernel says no more than 20 at a time.
      if (this.#queued === 0 && this.#done === seen) break;
      seen = this.#done;
    }
    return this.#inFlight - this.#done;
  }

  /** Waits until a read is done, if one is under way. @throws SystemCallError */
  wait(): void {
    while (this.#inFlight > 0 && this.#done === 0) {
      if (enterKernel(abi.SYS_IO_URING_ENTER, this.#fd, 0, 1, abi.ENTER_GETEVENTS) >= 0) continue;
      const error = lastError("io_uring_enter");
      if (error.code !== "EINTR") throw error;
    }
  }

  /** Takes what is done out of the ring. @param result bytes read, or an errno below 0 */
  take(each: (id: number, result: number) => void): void {
    for (let done = this.#done; done > 0; done--) {
      const at = this.#at.cqes + ((this.#cqHead & this.#cqMask) >>> 0) * abi.CQE.words;
      const id = this.#rings[at + abi.CQE.userData]!;
      const result = this.#rings[at + abi.CQE.result]! | 0;
      this.#cqHead = (this.#cqHead + 1) >>> 0;
      Atomics.store(this.#rings, this.#at.cqHead, this.#cqHead);
      this.#inFlight--;
      each(id, result);
    }
  }

  /** Takes it down; nothing may be in flight. */
  close(): void {
    this.#unmap();
    closeSync(this.#fd);
  }

  /** Put into the queue, and not handed to the kernel yet. */
  get #queued(): number {
    return (this.#sqTail - Atomics.load(this.#rings, this.#at.sqHead)) >>> 0;
  }

  /** Completions that wait to be taken. */
  get #done(): number {
    return (Atomics.load(this.#rings, this.#at.cqTail) - this.#cqHead) >>> 0;
  }

  /** After a signal, or when the kernel is short of memory for requests, which those under way give back. */
  #goOn(error: SystemCallError): void {
    if (error.code === "EINTR") return;
    const isBusy = error.code === "EAGAIN" || error.code === "EBUSY";
    if (!isBusy || this.#inFlight === 0) throw error;
    this.wait();
  }
}

/** errno(3) */
const ENOSYS = 38;

function enterKernel(call: number, a: number, b: number, c = 0, d = 0): number {
  return Number(libc.syscall(call, a, b, c, d, 0, 0));
}

/** @throws SystemCallError */
function mapRing(fd: number, bytes: number, offset: number): number {
  const address = Number(libc.mmap(null, bytes, PROT_READ_WRITE, MAP_FLAGS, fd, offset));
  if (address <= 0) throw lastError("mmap");
  return address;
}

function wordsAt(address: number, bytes: number): Uint32Array {
  return new Uint32Array(memoryAt(address, bytes).buffer, 0, bytes / WORD);
}
