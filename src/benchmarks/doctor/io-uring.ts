import { ioUringErrno } from "../../native/io-uring.ts";
import { readSystemFile } from "../../results/environment/system-file.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

const SWITCH = "proc/sys/kernel/io_uring_disabled";
/** errno(3) of what stands in the way. */
const EPERM = 1;
const ENOMEM = 12;
const ENOSYS = 38;

/**
 * Whether a ring can be set up: tried, since a container's seccomp profile may forbid it whatever the kernel says.
 * @param errno of the trial; 0: it worked
 */
export function ioUringCheck({ root }: Machine, errno = ioUringErrno()): Check {
  const kernel = readSystemFile(root, "proc/sys/kernel/osrelease") ?? "unknown";
  const setting = readSystemFile(root, SWITCH);
  if (errno === 0) return ok("io-uring", `works (kernel ${kernel})`);
  const later = "Reads then need threads.";
  if (errno === ENOSYS)
    return warn("io-uring", `not in this kernel (${kernel})`, `It needs Linux 5.1 or newer. ${later}`);
  if (errno === EPERM && setting !== null && setting !== "0")
    return warn(
      "io-uring",
      `kernel.io_uring_disabled is ${setting}`,
      `sudo sysctl kernel.io_uring_disabled=0. ${later}`,
    );
  if (errno === EPERM)
    return warn(
      "io-uring",
      "forbidden, by the container's seccomp profile most likely",
      `docker run --security-opt seccomp=unconfined, or a profile that allows it. ${later}`,
    );
  if (errno === ENOMEM)
    return warn("io-uring", "the limit on locked memory is too low", `ulimit -l unlimited. ${later}`);
  return warn("io-uring", `io_uring_setup fails with errno ${errno}`, later);
}
