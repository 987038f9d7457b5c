import { expect, test } from "bun:test";
import { ioUringErrno } from "./io-uring.ts";

test("gives an answer of the kernel's, the same each time", () => {
  const errno = ioUringErrno();
  // 0; forbidden (1), out of locked memory (12), not in this kernel (38)
  expect([0, 1, 12, 38]).toContain(errno);
  expect(ioUringErrno()).toBe(errno);
});
