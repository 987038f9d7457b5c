import { dlopen } from "bun:ffi";

/** <linux/prctl.h> */
const PR_SET_TIMERSLACK = 29;

const { prctl } = dlopen("libc.so.6", {
  prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
}).symbols;

/** Lets the calling thread's timed waits end when their time is up: by default the kernel may take 50 µs more, to wake several at once. */
export function sharpenTimers(): void {
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}
