import { BatchingModel, type BatchingParams, modelSequence } from "./batching-model.ts";

export interface Capacity {
  readonly requestsPerS: number;
  /** Output tokens. */
  readonly tokensPerS: number;
}

/**
 * The batching model's throughput when requests of one size never run out.
 *
 * While the KV cache holds `maxNumSeqs` whole requests and a step takes a whole prompt, this is a closed form. A request
 * needs the larger of two numbers of steps: `output / maxNumSeqs`, its share of the slots, or
 * `(prompt + output - 1) / maxBatchedTokens`, its share of the tokens that a step may compute. Each step costs
 * `stepBaseMs`; each step that a sequence takes part in costs `stepPerSeqMs`: one for each output token, and one more
 * wherever the token limit cuts a prompt in two, about once a step when that limit binds. Prefill costs its tokens.
 *
 * Elsewhere sequences wait for cache, are preempted, or share steps for their prompts, which has no closed form: the
 * model itself is run. Jitter has mean 1 and changes nothing.
 */
export function capacity(params: BatchingParams, promptTokens: number, outputTokens: number): Capacity {
  const isCacheLarge = params.maxNumSeqs * (promptTokens + outputTokens) <= params.kvTokens;
  if (!isCacheLarge || promptTokens > params.maxBatchedTokens) {
    return simulatedCapacity(params, promptTokens, outputTokens);
  }
  const slotSteps = outputTokens / params.maxNumSeqs;
  const tokenSteps = (promptTokens + outputTokens - 1) / params.maxBatchedTokens;
  const cuts = tokenSteps >= slotSteps ? tokenSteps : 0;
  const msPerRequest =
    params.stepBaseMs * Math.max(slotSteps, tokenSteps) +
    params.stepPerSeqMs * (outputTokens + cuts) +
    (1000 * promptTokens) / params.prefillTokensPerS;
  return perSecond(1, msPerRequest, outputTokens);
}

/** The same by running the model: a queue that is never empty, the first quarter of the requests left out. */
export function simulatedCapacity(
  params: BatchingParams,
  promptTokens: number,
  outputTokens: number,
): Capacity {
  const model = new BatchingModel(params);
  const counted = 24 * params.maxNumSeqs;
  const skipped = counted / 3;
  let nowMs = 0;
  let done = 0;
  let countedFrom = { done: 0, nowMs: 0 };
  while (done < counted + skipped) {
    while (model.waiting.length < params.maxNumSeqs) model.add(modelSequence(promptTokens, outputTokens));
    const step = model.step(nowMs);
    if (step === null) return { requestsPerS: 0, tokensPerS: 0 };
    nowMs += step.durationMs;
    done += step.finished.length;
    if (countedFrom.done === 0 && done >= skipped) countedFrom = { done, nowMs };
  }
  return perSecond(done - countedFrom.done, nowMs - countedFrom.nowMs, outputTokens);
}

function perSecond(requests: number, ms: number, outputTokens: number): Capacity {
  const requestsPerS = (1000 * requests) / ms;
  return { requestsPerS, tokensPerS: requestsPerS * outputTokens };
}
