import { expect, test } from "bun:test";
import { ProcessLog } from "./process-log.ts";

const seen = (pid: number, usedMib: number | null, name: string | null = "python") => ({
  pid,
  name,
  usedMib,
  isServer: null,
});

test("keeps each process with the most it held, the largest first", () => {
  const log = new ProcessLog();
  expect(log.within({ fromMs: 0, toMs: 1e9 })).toBeNull();
  log.take(1000, [seen(1, 100), seen(2, 300)]);
  log.take(2000, [seen(1, 700), seen(2, 200, null)]);
  expect(log.within({ fromMs: 0, toMs: 1e9 })).toEqual([
    { pid: 1, name: "python", peakMib: 700, isServer: null },
    { pid: 2, name: "python", peakMib: 300, isServer: null },
  ]);
  expect(log.latest?.map(({ usedMib }) => usedMib)).toEqual([700, 200]);
});

test("leaves out those that were gone before the window, or came after it", () => {
  const log = new ProcessLog();
  log.take(1000, [seen(1, 1)]);
  log.take(2000, [seen(2, null)]);
  log.take(3000, [seen(3, 1)]);
  expect(log.within({ fromMs: 1500, toMs: 2500 })?.map(({ pid, peakMib }) => [pid, peakMib])).toEqual([
    [2, null],
  ]);
});
