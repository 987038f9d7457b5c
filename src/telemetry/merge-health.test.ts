import { expect, test } from "bun:test";
import { clientHealth } from "./client-health.fake.ts";
import { mergeHealth } from "./merge-health.ts";

test("CPU adds up, delays and busy threads are the worst process's", () => {
  const merged = mergeHealth([
    clientHealth({
      cpuShare: 0.5,
      jsBusyShare: 0.4,
      maxRssBytes: 1e8,
      chunkBacklog: { n: 10, p50: 0, p99: 1, max: 2 },
    }),
    clientHealth({
      cpuShare: 0.7,
      jsBusyShare: 0.6,
      eventLoopDelayMs: { mean: 1, p50: 1, p90: 2, p99: 3, max: 4 },
      chunkBacklog: { n: 10, p50: 0, p99: 3, max: 9 },
    }),
  ]);
  expect(merged).toMatchObject({
    cpuShare: 1.2,
    jsBusyShare: 0.6,
    maxRssBytes: 2e8,
    eventLoopDelayMs: { p99: 3, max: 4 },
    chunkBacklog: { n: 20, p99: 3, max: 9 },
    collections: { count: 6, totalMs: 8, longestMs: 2 },
  });
});

test("what one process could not measure is not known of the whole", () => {
  const blind = clientHealth({ threadShares: null, jsBusyShare: null, notMeasured: ["no /proc"] });
  const merged = mergeHealth([clientHealth(), blind, blind]);
  expect([merged.threadShares, merged.jsBusyShare, merged.notMeasured]).toEqual([null, null, ["no /proc"]]);
});

test("no process that told anything: nothing is known", () => {
  expect(mergeHealth([])).toMatchObject({ cpuShare: 0, jsBusyShare: null, collections: null });
});
