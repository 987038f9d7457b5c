import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BatchingModel, type BatchingParams, type ModelSequence, modelSequence } from "./batching-model.ts";

const PARAMS: BatchingParams = {
  maxNumSeqs: 64,
  maxBatchedTokens: 8192,
  prefillTokensPerS: 10_000,
  stepBaseMs: 8,
  stepPerSeqMs: 0.5,
  kvTokens: 100_000,
};

/** Runs the model until it rests. @returns when each sequence got each token */
function run(model: BatchingModel, startMs = 0): { tokensAt: Map<ModelSequence, number[]>; endMs: number } {
  const tokensAt = new Map<ModelSequence, number[]>();
  let nowMs = startMs;
  for (;;) {
    const step = model.step(nowMs);
    if (step === null) {
      nowMs = model.nextWakeMs(nowMs);
      if (nowMs === Number.POSITIVE_INFINITY) break;
      continue;
    }
    nowMs += step.durationMs;
    for (const sequence of step.emitted) {
      tokensAt.set(sequence, [...(tokensAt.get(sequence) ?? []), nowMs]);
    }
  }
  const endMs = Math.max(startMs, ...[...tokensAt.values()].flat());
  return { tokensAt, endMs };
}

function lone(params: BatchingParams, sequence: ModelSequence): number[] {
  const model = new BatchingModel(params);
  model.add(sequence);
  return run(model, sequence.arrivedAtMs).tokensAt.get(sequence) ?? [];
}

describe("one request alone", () => {
  test("has its first token after base + one sequence + prefill, then one each step", () => {
    expect(lone(PARAMS, modelSequence(100, 4))).toEqual([18.5, 27, 35.5, 44]);
  });

  test("cached prompt tokens cost no prefill, but the last one is always computed", () => {
    expect(lone(PARAMS, modelSequence(100, 1, 0, { cachedTokens: 90 }))).toEqual([9.5]);
    expect(lone(PARAMS, modelSequence(100, 1, 0, { cachedTokens: 100 }))).toEqual([8.6]);
  });

  test("a prompt above the token limit of a step is prefilled in several", () => {
    expect(lone({ ...PARAMS, maxBatchedTokens: 60 }, modelSequence(100, 2))).toEqual([27, 35.5]);
  });

  test("a stall lets no token out", () => {
    const stall = { afterTokens: 2, forMs: 1000 };
    expect(lone(PARAMS, modelSequence(100, 3, 0, { stall }))).toEqual([18.5, 27, 1035.5]);
    const first = { afterTokens: 0, forMs: 1000 };
    expect(lone(PARAMS, modelSequence(100, 1, 5, { stall: first }))).toEqual([1023.5]);
  });
});

describe("many requests", () => {
  test("never more than maxNumSeqs run, in the order of arrival", () => {
    const model = new BatchingModel({ ...PARAMS, maxNumSeqs: 2 });
    const sequences = Array.from({ length: 5 }, () => modelSequence(10, 3));
    for (const sequence of sequences) model.add(sequence);
    const order: ModelSequence[] = [];
    for (let step = model.step(0); step !== null; step = model.step(0)) {
      order.push(...step.admitted);
      expect(step.batch.length).toBeLessThanOrEqual(2);
    }
    expect(order).toEqual(sequences);
  });

  test("a request is not seen before it arrives", () => {
    const model = new BatchingModel(PARAMS);
    model.add(modelSequence(10, 1, 5));
    expect(model.step(4.9)).toBeNull();
    expect(model.nextWakeMs(4.9)).toBe(5);
    expect(model.step(5)?.emitted.length).toBe(1);
  });

  test("throughput bends: more concurrency gives more of it, ever less so, until the slots are full", () => {
    const tokensPerS = (concurrency: number) => {
      const model = new BatchingModel(PARAMS);
      for (let i = 0; i < concurrency; i++) model.add(modelSequence(50, 100));
      return (concurrency * 100) / run(model).endMs;
    };
    const curve = [1, 8, 64, 128].map(tokensPerS);
    const gains = curve.slice(1).map((value, i) => value / curve[i]!);
    expect(gains[0]).toBeGreaterThan(4);
    expect(gains[1]).toBeGreaterThan(1.2);
    expect(gains[1]).toBeLessThan(4);
    expect(gains[2]).toBeCloseTo(1, 1);
  });
});

describe("a full cache", () => {
  const small = { ...PARAMS, kvTokens: 100 };

  test("preempts the newest, which computes its prompt and tokens again", () => {
    const model = new BatchingModel(small);
    const older = modelSequence(40, 20);
    const newer = modelSequence(40, 20);
    model.add(older);
    model.add(newer);
    const { tokensAt } = run(model);
    expect(model.preemptions).toBe(1);
    expect([older.preemptions, newer.preemptions]).toEqual([0, 1]);
    expect(tokensAt.get(older)?.length).toBe(20);
    expect(tokensAt.get(newer)?.length).toBe(20);
    // Both had 10 tokens when 2 × 50 filled the cache; the newer one waits until the older one is through.
    const [whenOlderEnded, whenNewerWentOn] = [tokensAt.get(older)![19]!, tokensAt.get(newer)![11]!];
    expect(whenNewerWentOn - whenOlderEnded).toBeCloseTo(8 + 0.5 + (1000 * 51) / 10_000, 9);
  });

  test("is empty when all is done, and never overfull; every request gets its tokens", () => {
    const request = fc.record({
      prompt: fc.integer({ min: 1, max: 60 }),
      output: fc.integer({ min: 1, max: 40 }),
      at: fc.nat(200),
      stall: fc.option(fc.record({ afterTokens: fc.nat(5), forMs: fc.nat(300) })),
    });
    fc.assert(
      fc.property(
        fc.array(request, { maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        (requests, limit) => {
          const model = new BatchingModel({ ...small, maxBatchedTokens: limit, maxNumSeqs: 5 });
          const sequences = requests.map((r) => modelSequence(r.prompt, r.output, r.at, { stall: r.stall }));
          for (const sequence of sequences) model.add(sequence);
          let nowMs = 0;
          for (let steps = 0; steps < 10_000; steps++) {
            const step = model.step(nowMs);
            expect(model.cacheTokens).toBeLessThanOrEqual(100);
            expect(model.cacheTokens).toBe(model.running.reduce((sum, { held }) => sum + held, 0));
            nowMs = step === null ? model.nextWakeMs(nowMs) : nowMs + step.durationMs;
            if (nowMs === Number.POSITIVE_INFINITY) break;
          }
          expect(sequences.map(({ generated }) => generated)).toEqual(requests.map(({ output }) => output));
          expect(model.cacheTokens).toBe(0);
        },
      ),
    );
  });

  test("a removed request frees its cache, also out of the step in flight", () => {
    const model = new BatchingModel(small);
    const gone = modelSequence(40, 20);
    const stays = modelSequence(40, 20);
    model.add(gone);
    model.add(stays);
    const step = model.begin(0)!;
    model.remove(gone);
    model.remove(gone);
    expect(model.complete(step, 10).emitted).toEqual([stays]);
    expect(model.cacheTokens).toBe(40);
  });
});
