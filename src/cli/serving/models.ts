import type { TrafficSplit } from "../../benchmarks/serving/workload/traffic-split.ts";
import { usageError } from "../../core/errors.ts";
import type { Source } from "../flags/resolve.ts";
import type { ServingValues } from "./config.ts";

/** How far the sum of the shares may be from 1: seed 004's own bound. */
const SUM_TOLERANCE = 1e-6;

type ModelValues = Pick<ServingValues, "model" | "models" | "trafficSplit">;

/** What the values were given as, for messages. */
export interface GivenAs {
  models: string;
  trafficSplit: string;
}

const FLAGS: GivenAs = { models: "--models", trafficSplit: "--traffic-split" };

/** The models that are named; none: the first that the server lists is asked. */
export function modelsOf({ model, models }: ModelValues): readonly string[] {
  return models ?? (model === undefined ? [] : [model]);
}

/** Who asks which of several models; null: there is one. @throws ToolError USAGE */
export function trafficSplitOf(values: ModelValues, given: GivenAs = FLAGS): TrafficSplit | null {
  const { model, models, trafficSplit } = values;
  if (model !== undefined && models !== undefined)
    throw usageError(
      `--model ${model} and ${given.models} ${models.join(",")} both name what is asked`,
      "Give one of them.",
    );
  const names = models ?? [model ?? ""];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw usageError(`${given.models} names "${twice}" twice`);
  const count = names.length;
  if (trafficSplit !== undefined) {
    const shown = `${given.trafficSplit} ${trafficSplit.join(",")}`;
    if (trafficSplit.length !== count)
      throw usageError(
        `${shown} has ${trafficSplit.length} shares, and ${count === 1 ? "one model is" : `${count} models are`} asked`,
        `Name as many models with ${given.models} as there are shares.`,
      );
    const sum = trafficSplit.reduce((a, b) => a + b, 0);
    if (Math.abs(sum - 1) > SUM_TOLERANCE)
      throw usageError(`${shown} adds up to ${Number(sum.toPrecision(12))}, not to 1`);
  }
  if (count === 1) return null;
  return { models: names, weights: trafficSplit ?? names.map(() => 1 / count) };
}

/**
 * One model and several, said in two places: what was said nearer by counts (flag, environment, configuration file), and the other is left
 * out, with the shares that came with it.
 */
export function nearestModels<T extends ModelValues>(values: T, sources: ReadonlyMap<string, Source>): T {
  const nearness = (key: keyof ModelValues) => ["file", "env", "flag"].indexOf(sources.get(key) ?? "");
  const [one, several] = [nearness("model"), nearness("models")];
  if (one === -1 || several === -1 || one === several) return values;
  const farther = Math.min(one, several);
  return {
    ...values,
    ...(one < several ? { model: undefined } : { models: undefined }),
    ...(nearness("trafficSplit") === farther ? { trafficSplit: undefined } : {}),
  };
}
