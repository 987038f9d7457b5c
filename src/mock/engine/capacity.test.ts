import { expect, test } from "bun:test";
import type { BatchingParams } from "./batching-model.ts";
import { capacity, simulatedCapacity } from "./capacity.ts";

const PARAMS: BatchingParams = {
  maxNumSeqs: 64,
  maxBatchedTokens: 8192,
  prefillTokensPerS: 20_000,
  stepBaseMs: 8,
  stepPerSeqMs: 0.05,
  kvTokens: 200_000,
};

test("agrees with the model within 3 % over slots, token limits, sizes and prefill speeds", () => {
  const misses: string[] = [];
  for (const maxNumSeqs of [1, 4, 64, 256]) {
    for (const maxBatchedTokens of [256, 2048, 8192]) {
      for (const [prompt, output] of [
        [1, 1],
        [16, 128],
        [100, 2],
        [100, 16],
        [250, 128],
        [1000, 16],
      ] as const) {
        for (const prefillTokensPerS of [2000, 20_000]) {
          const params = {
            ...PARAMS,
            maxNumSeqs,
            maxBatchedTokens,
            prefillTokensPerS,
            stepPerSeqMs: 0.5,
            kvTokens: 1e9,
          };
          const ratio =
            capacity(params, prompt, output).tokensPerS /
            simulatedCapacity(params, prompt, output).tokensPerS;
          if (Math.abs(ratio - 1) > 0.03) misses.push(JSON.stringify({ params, prompt, output, ratio }));
        }
      }
    }
  }
  expect(misses).toEqual([]);
});

test("is slots / (steps × step time) where nothing else binds", () => {
  const { requestsPerS, tokensPerS } = capacity({ ...PARAMS, prefillTokensPerS: 1e12 }, 100, 100);
  expect(tokensPerS).toBeCloseTo((64 * 1000) / (8 + 0.05 * 64), 3);
  expect(requestsPerS).toBeCloseTo(tokensPerS / 100, 9);
});

test("a small cache costs throughput", () => {
  const large = capacity(PARAMS, 500, 200).tokensPerS;
  const small = capacity({ ...PARAMS, kvTokens: 10_000 }, 500, 200).tokensPerS;
  expect(small).toBeLessThan(0.6 * large);
  expect(small).toBeGreaterThan(0);
});

test("what fits into no cache has no throughput", () => {
  expect(capacity({ ...PARAMS, kvTokens: 100 }, 500, 10)).toEqual({ requestsPerS: 0, tokensPerS: 0 });
});
