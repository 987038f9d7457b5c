import type { LengthDistribution } from "../../benchmarks/serving/workload/lengths.ts";
import { usageError } from "../../core/errors.ts";
import { flagName } from "../flags/flag.ts";
import type { ServingValues } from "./config.ts";
import { DEFAULT_MOST_TOKENS, DEFAULT_PROMPT_TOKENS } from "./prompt-flags.ts";

/** Flags about lengths: each source of prompts uses some. */
const LENGTH_FLAGS = [
  "promptDist",
  "minTokens",
  "maxTokens",
  "promptTokens",
  "choicesTokens",
  "meanTokens",
  "stdevTokens",
  "outputTokens",
  "maxInputLength",
  "maxOutputLength",
] as const;
type LengthFlag = (typeof LENGTH_FLAGS)[number];

/** The length distribution that the flags describe. @throws ToolError USAGE for what they leave open */
export function promptLengths(values: ServingValues): LengthDistribution {
  const { promptDist: kind = "uniform", meanTokens: mean, stdevTokens: sd } = values;
  const { minTokens: min = DEFAULT_PROMPT_TOKENS.min, maxTokens: max = DEFAULT_PROMPT_TOKENS.max } = values;
  if (min > max) throw usageError(`--min-tokens ${min} is more than --max-tokens ${max}`);
  const withKind = `--prompt-dist ${kind}`;
  const refuse = (...used: LengthFlag[]) =>
    refuseLengths(values, ["promptDist", "outputTokens", ...used], withKind);
  switch (kind) {
    case "uniform":
      refuse("minTokens", "maxTokens");
      return { kind, min, max };
    case "fixed":
      refuse("promptTokens", "maxTokens");
      return { kind, tokens: values.promptTokens ?? max };
    case "choices":
      refuse("choicesTokens");
      if (values.choicesTokens === undefined)
        throw usageError("--prompt-dist choices needs --choices-tokens, such as 32,64,128");
      return { kind, tokens: values.choicesTokens };
    case "normal":
    case "lognormal":
      refuse("minTokens", "maxTokens", "meanTokens", "stdevTokens");
      if (mean === undefined || sd === undefined) {
        throw usageError(`${withKind} needs --mean-tokens and --stdev-tokens`);
      }
      if (mean < min || mean > max) {
        throw usageError(
          `--mean-tokens ${mean} lies outside of --min-tokens ${min} to --max-tokens ${max}`,
          "Lengths are cut to that range: widen it.",
        );
      }
      return { kind, mean, sd, min, max };
  }
}

/** The longest prompts and answers that are taken from a dataset. */
export function mostTokens(values: ServingValues): { maxInputTokens: number; maxOutputTokens: number } {
  return {
    maxInputTokens: values.maxInputLength ?? DEFAULT_MOST_TOKENS,
    maxOutputTokens: values.maxOutputLength ?? DEFAULT_MOST_TOKENS,
  };
}

/** Length flags that would be ignored are errors. @throws ToolError USAGE */
export function refuseLengths(values: ServingValues, used: readonly LengthFlag[], by: string): void {
  const ignored = LENGTH_FLAGS.find((key) => values[key] !== undefined && !used.includes(key));
  if (ignored !== undefined) throw usageError(`--${flagName(ignored)} has no effect with ${by}`);
}
