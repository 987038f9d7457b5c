import { makePlan, type PlanInput, type ServingPlan } from "./plan.ts";
import type { PromptSource } from "./workload/prompt.ts";

const prompts: PromptSource = {
  describe: { kind: "test" },
  at: (i) => ({ text: `prompt ${i}`, promptTokens: 2, maxTokens: 4 }),
};

/** A plan for tests: open loop, 10 requests at 100 req/s, but for what is given. */
export function fakePlan(given: Partial<PlanInput> = {}): ServingPlan {
  return makePlan({
    load: { kind: "open", arrival: { kind: "poisson", ratePerS: 100 }, concurrency: null },
    stop: { durationMs: null, requests: 10 },
    warmupRequests: 0,
    drainMs: 1000,
    limits: {
      firstTokenMs: Number.POSITIVE_INFINITY,
      betweenChunksMs: Number.POSITIVE_INFINITY,
      totalMs: Number.POSITIVE_INFINITY,
    },
    seed: 1,
    request: {
      model: "m",
      stream: true,
      includeUsage: true,
      continuousUsage: false,
      ignoreEos: false,
      minTokens: null,
      extra: {},
    },
    prompts,
    warmupPrompts: prompts,
    sessions: null,
    trafficSplit: null,
    ...given,
  });
}
