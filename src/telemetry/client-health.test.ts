import { expect, test } from "bun:test";
import type { ThreadReading } from "./client/threads.ts";
import { threadFigures, watchClient } from "./client-health.ts";

const quiet = { chunksRead: () => 0, polledMs: () => 0 };
const reading = (js: number, http: number, engine: number, jsWaitMs: number | null): ThreadReading => ({
  ok: true,
  times: { cpuMs: { js, http, engine, other: 5 }, jsWaitMs },
});
const run = { wallMs: 2000, cpuShare: 0.8, polledShare: 0.3 };

test("shares are of a core, and polling is no work", () => {
  const { figures, missing } = threadFigures(reading(100, 10, 0, 50), reading(1100, 210, 100, 250), run);
  expect(missing).toEqual([]);
  expect(figures).toMatchObject({ jsBusyShare: 0.2, runQueueWaitShare: 0.1 });
  expect(figures.threadShares).toEqual({ js: 0.5, http: 0.1, engine: 0.05, other: expect.closeTo(0.15, 9) });
});

test("a thread that ended is in `other`, and no share is below 0", () => {
  const { figures } = threadFigures(reading(0, 0, 500, 0), reading(100, 0, 20, 0), {
    ...run,
    polledShare: 0.1,
  });
  expect(figures).toMatchObject({ jsBusyShare: 0, threadShares: { engine: 0, other: 0.75 } });
});

test("what cannot be read is null, and said", () => {
  const denied: ThreadReading = { ok: false, reason: "/proc/self/task cannot be read (EACCES)" };
  const nothing = { threadShares: null, jsBusyShare: null, runQueueWaitShare: null };
  for (const [before, after] of [
    [denied, reading(1, 1, 1, 1)],
    [reading(1, 1, 1, 1), denied],
  ] as const) {
    const { figures, missing } = threadFigures(before, after, run);
    expect([figures, missing]).toEqual([nothing, [expect.stringContaining("EACCES")]]);
  }
  const { figures, missing } = threadFigures(reading(0, 0, 0, null), reading(100, 0, 0, null), run);
  expect(figures).toMatchObject({ threadShares: { js: 0.05 }, runQueueWaitShare: null });
  expect(missing).toEqual([expect.stringContaining("schedstat")]);
});

test("a busy loop shows as a busy thread, or as one that waits for its neighbours, and as a late event loop", async () => {
  const end = watchClient(quiet);
  const until = performance.now() + 1200;
  while (performance.now() < until) {
    const block = performance.now() + 40;
    while (performance.now() < block);
    await Bun.sleep(0);
  }
  const { jsBusyShare, runQueueWaitShare, eventLoopDelayMs, collections } = end();
  expect(jsBusyShare! + runQueueWaitShare!).toBeGreaterThan(0.7);
  expect(eventLoopDelayMs.p90).toBeGreaterThan(10);
  expect(collections).not.toBeNull();
});

test("a client that sleeps is neither busy nor polling", async () => {
  const end = watchClient(quiet);
  await Bun.sleep(500);
  const { jsBusyShare, polledShare, chunkBacklog, wallMs } = end();
  expect(jsBusyShare!).toBeLessThan(0.5);
  expect([polledShare, chunkBacklog?.max]).toEqual([0, 0]);
  expect(wallMs).toBeGreaterThanOrEqual(499);
});
