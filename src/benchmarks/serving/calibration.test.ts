import { expect, test } from "bun:test";
import { compareWithTruth, errorBar, largestErrorMs, type RequestTruth } from "./calibration.ts";
import { record } from "./record.fake.ts";
import type { RequestRecord } from "./record.ts";

/** Sent at 1000, received at 1001; tokens written 50, 60, 70 ms after that. */
const truth = (promptTokens: number): RequestTruth => ({
  promptTokens,
  receivedAt: 1001,
  tokenUs: [50_000, 60_000, 70_000],
});
const read = (
  promptTokens: number,
  chunkUs: number[],
  given: Partial<RequestRecord> = {},
): RequestRecord => ({
  ...record({ sentAt: 1000, promptTokens, chunkUs }),
  ...given,
});

test("TTFT is held against the server's own, a gap against the gap between the writes", () => {
  // Read 0.5, 0.7 and 0.4 ms after they were written.
  const { ttft, icl } = compareWithTruth([read(3, [51_500, 61_700, 71_400])], [truth(2), truth(3)], 0);
  expect(ttft).toEqual({ n: 1, biasMs: 1.5, spreadMs: 0 });
  // +0.2 and -0.3: their median is -0.05, and each is 0.25 from it.
  expect(icl).toEqual({ n: 2, biasMs: expect.closeTo(-0.05, 9), spreadMs: expect.closeTo(0.25, 9) });
});

test("a chunk of several tokens is held against its first one", () => {
  const coalesced = read(2, [51_500, 71_500], { chunkEvents: Float64Array.of(1, 2) });
  // The second token was written at 61, and read at 71.5: 10 ms late, where the first was 0.5 late.
  expect(compareWithTruth([coalesced], [truth(2)], 0).icl).toMatchObject({
    n: 1,
    biasMs: expect.closeTo(10, 9),
  });
});

test("what came before the settled time, and what the server does not know, is left out", () => {
  const records = [read(2, [51_500, 61_500, 71_500]), read(9, [0, 1, 2]), read(2, [], { sentAt: null })];
  const { ttft, icl } = compareWithTruth(records, [truth(2)], 1060);
  expect([ttft, icl?.n]).toEqual([null, 1]);
  expect(compareWithTruth([], [truth(2)], 0)).toEqual({
    requestsPerS: 0,
    chunksPerS: 0,
    ttft: null,
    icl: null,
  });
});

test("a cut-off request's chunks count as far as the truth goes", () => {
  const cut = { ...truth(2), tokenUs: [50_000, 60_000] };
  expect(compareWithTruth([read(2, [51_500, 61_500, 71_500])], [cut], 0).icl?.n).toBe(1);
});

test("rates are those of the time that was compared", () => {
  const records = [0, 100, 200, 300, 400].map((ms) => read(2, [10_000, 20_000], { sentAt: 1000 + ms }));
  const { requestsPerS, chunksPerS } = compareWithTruth(records, [], 1200);
  expect(requestsPerS).toBeCloseTo(3 / 0.2, 9);
  // Of 6 chunks after 1200, those of the last request came after its sending.
  expect(chunksPerS).toBeCloseTo(4 / 0.2, 9);
});

test("the spread holds 95 % of the errors, and one wild one does not move the bar", () => {
  const errors = [...Array.from({ length: 99 }, (_, i) => 1 + i / 1000), 1000];
  const bar = errorBar(errors)!;
  expect(bar).toEqual({ n: 100, biasMs: expect.closeTo(1.0495, 9), spreadMs: expect.closeTo(0.0475, 3) });
  expect(largestErrorMs(bar)).toBeCloseTo(1.097, 2);
  expect(errorBar([])).toBeNull();
});
