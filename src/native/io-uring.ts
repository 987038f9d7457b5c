import { dlopen, read } from "bun:ffi";

/** The same number on every architecture since 5.1: include/uapi/asm-generic/unistd.h */
const SYS_IO_URING_SETUP = 425;
/** sizeof(struct io_uring_params), include/uapi/linux/io_uring.h */
const PARAMS_BYTES = 120;

/** Sets up a ring of one entry and takes it down again. @returns 0, or the errno that says why it cannot be */
export function ioUringErrno(): number {
  const { symbols, close } = dlopen("libc.so.6", {
    syscall: { args: ["i64", "u32", "buffer"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
    __errno_location: { args: [], returns: "ptr" },
  });
  try {
    const fd = Number(symbols.syscall(SYS_IO_URING_SETUP, 1, new Uint8Array(PARAMS_BYTES)));
    if (fd < 0) return read.i32(symbols.__errno_location()!, 0);
    symbols.close(fd);
    return 0;
  } finally {
    close();
  }
}
