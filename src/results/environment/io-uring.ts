import { readSystemFile } from "./system-file.ts";

const SWITCH = "proc/sys/kernel/io_uring_disabled";
/** errno(3) of what stands in the way. */
const EPERM = 1;
const ENOMEM = 12;
const ENOSYS = 38;

/** Why there is no io_uring, and what to do about it. */
export interface IoUringProblem {
  found: string;
  hint: string;
}

/**
 * What the trial of a ring says: a container's seccomp profile may forbid it whatever the kernel's own switch says.
 * @param root of the machine, `/` but for tests
 * @param errno of the trial; 0: it worked
 * @returns null where it worked
 */
export function ioUringProblem(root: string, errno: number): IoUringProblem | null {
  if (errno === 0) return null;
  const setting = readSystemFile(root, SWITCH);
  if (errno === ENOSYS) {
    return { found: `not in this kernel (${kernelOf(root)})`, hint: "It needs Linux 5.6 or newer." };
  }
  if (errno === EPERM && setting !== null && setting !== "0") {
    return {
      found: `kernel.io_uring_disabled is ${setting}`,
      hint: "sudo sysctl kernel.io_uring_disabled=0.",
    };
  }
  if (errno === EPERM) {
    return {
      found: "forbidden, by the container's seccomp profile most likely",
      hint: "docker run --security-opt seccomp=unconfined, or a profile that allows it.",
    };
  }
  if (errno === ENOMEM)
    return { found: "the limit on locked memory is too low", hint: "ulimit -l unlimited." };
  return { found: `io_uring_setup fails with errno ${errno}`, hint: "See io_uring_setup(2)." };
}

export function kernelOf(root: string): string {
  return readSystemFile(root, "proc/sys/kernel/osrelease") ?? "unknown";
}
