import { rngFor } from "../../core/rng.ts";
import { BatchingModel, type BatchingParams, type ModelSequence, modelSequence } from "./batching-model.ts";

/** Poisson arrivals at a batching model, with lengths uniform between the two numbers. */
export interface VirtualLoad {
  readonly params: BatchingParams;
  readonly promptTokens: readonly [number, number];
  readonly outputTokens: readonly [number, number];
  readonly ratePerS: number;
  readonly seed: number;
}

/** A request as a client would see it that takes no time itself; ms from the load's begin. */
export interface VirtualRequest {
  readonly arrivedAtMs: number;
  readonly outputTokens: number;
  firstTokenAtMs: number;
  endAtMs: number;
}

/**
 * Runs a batching model in virtual time, step after step as the mock's engine does on the clock: a step begins at the end of the one
 * before, or with the arrival that finds the engine idle.
 * @param finished told of each request as it ends; false stops
 */
export function runVirtualLoad(
  load: VirtualLoad,
  requests: number,
  finished: (request: VirtualRequest, nowMs: number, inFlight: number) => boolean,
): void {
  const rng = rngFor(load.seed, "virtual load");
  const draw = ([from, to]: readonly [number, number]) => from + rng.below(to - from + 1);
  const model = new BatchingModel(load.params);
  const open = new Map<ModelSequence, VirtualRequest>();
  let arrivals = 0;
  let nextMs = (1000 * rng.exponential()) / load.ratePerS;
  let nowMs = nextMs;
  while (arrivals < requests || open.size > 0) {
    for (; arrivals < requests && nextMs <= nowMs; arrivals++) {
      const outputTokens = draw(load.outputTokens);
      const sequence = modelSequence(draw(load.promptTokens), outputTokens, nextMs);
      model.add(sequence);
      open.set(sequence, { arrivedAtMs: nextMs, outputTokens, firstTokenAtMs: 0, endAtMs: 0 });
      nextMs += (1000 * rng.exponential()) / load.ratePerS;
    }
    const step = model.step(nowMs);
    if (step === null) {
      nowMs = nextMs;
      continue;
    }
    nowMs += step.durationMs;
    for (const sequence of step.emitted) {
      if (sequence.generated === 1) open.get(sequence)!.firstTokenAtMs = nowMs;
    }
    for (const sequence of step.finished) {
      const request = open.get(sequence)!;
      request.endAtMs = nowMs;
      open.delete(sequence);
      if (!finished(request, nowMs, open.size)) return;
    }
  }
}
