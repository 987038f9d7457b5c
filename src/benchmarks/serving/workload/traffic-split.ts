import { rngFor } from "../../../core/rng.ts";
import type { PromptSource } from "./prompt.ts";

/** Several models behind one endpoint, and each one's share of the requests. */
export interface TrafficSplit {
  models: readonly string[];
  /** One for each model, above 0; their sum is 1, but for rounding. */
  weights: readonly number[];
}

/**
 * The model that request (or session) number `index` of the whole plan asks, by a generator of its own: nothing else that is drawn
 * depends on it.
 */
export function drawnModel({ models, weights }: TrafficSplit, seed: number, index: number): string {
  const sum = weights.reduce((a, b) => a + b, 0);
  let rest = rngFor(seed, "model", index).uniform() * sum;
  const place = weights.findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
  // Past the last by rounding is the last.
  return models.at(place)!;
}

/** The same prompts, each with the model that it is for. */
export function withModels(source: PromptSource, modelOf: (index: number) => string): PromptSource {
  return { describe: source.describe, at: (index) => ({ ...source.at(index), model: modelOf(index) }) };
}
