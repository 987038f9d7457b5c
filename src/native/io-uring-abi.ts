/**
 * What the kernel and a program agree on for io_uring: include/uapi/linux/io_uring.h, and include/uapi/asm-generic/unistd.h for the
 * numbers of the calls, which are the same on every architecture.
 */
export const SYS_IO_URING_SETUP = 425;
export const SYS_IO_URING_ENTER = 426;

/** struct io_uring_params: its size, and what is where, in bytes. */
export const PARAMS = {
  bytes: 120,
  entries: 0,
  cqEntries: 4,
  flags: 8,
  features: 20,
  sq: 40,
  cq: 80,
} as const;
/** struct io_sqring_offsets and io_cqring_offsets, from `PARAMS.sq` and `PARAMS.cq` on. */
export const SQ = { head: 0, tail: 4, mask: 8, array: 24 } as const;
export const CQ = { head: 0, tail: 4, mask: 8, cqes: 20 } as const;

/** Where in the ring's file what is to be mapped. */
export const OFF_RINGS = 0;
export const OFF_SQES = 0x10000000;

/** Both rings in one mapping (5.4); completions are never dropped (5.5); reads without a vector came with the same kernel (5.6). */
export const FEAT_SINGLE_MMAP = 1 << 0;
export const FEAT_NODROP = 1 << 1;
export const FEAT_RW_CUR_POS = 1 << 3;

/** The program's own thread alone enters the ring, and finishes requests when it does (6.1). */
export const SETUP_SINGLE_ISSUER = 1 << 12;
export const SETUP_DEFER_TASKRUN = 1 << 13;

export const ENTER_GETEVENTS = 1 << 0;

export const OP_READ = 22;

/** struct io_uring_sqe in 32-bit words; the first holds opcode, flags and priority. */
export const SQE = { words: 16, opcode: 0, fd: 1, offset: 2, address: 4, length: 6, userData: 8 } as const;
/** struct io_uring_cqe, likewise. */
export const CQE = { words: 4, userData: 0, result: 2 } as const;
