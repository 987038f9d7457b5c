import { expect, test } from "bun:test";
import { hasEnded } from "./has-ended.ts";

test("a process has ended once it is killed, before its exit code is asked for, and after", async () => {
  const child = Bun.spawn(["sleep", "60"]);
  expect([hasEnded(process.pid), hasEnded(child.pid)]).toEqual([false, false]);
  child.kill("SIGKILL");
  // Without a turn of the event loop, which would ask.
  while (!hasEnded(child.pid)) Bun.sleepSync(1);
  await child.exited;
  expect(hasEnded(child.pid)).toBe(true);
});
