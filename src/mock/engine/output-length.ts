import { assertNever } from "../../core/errors.ts";
import { rngFor } from "../../core/rng.ts";

/** How long answers are: as long as the request allows, or a draw with a mean of `--output-tokens`. */
export type OutputDist = "max-tokens" | "fixed" | "uniform" | "geometric";

export interface LengthRequest {
  /** Most tokens that the request allows; null when it names none. */
  readonly maxTokens: number | null;
  readonly minTokens: number;
  readonly ignoreEos: boolean;
  /** Tokens that the context still holds after the prompt. */
  readonly roomTokens: number;
}

export interface OutputLength {
  readonly tokens: number;
  readonly reason: "length" | "stop";
}

/**
 * The number of tokens that a request gets, and why it ends there: "length" when its limit was reached.
 * @param meanTokens the limit of a request that names none, and the mean of the draws
 */
export function outputLength(
  dist: OutputDist,
  meanTokens: number,
  seed: number,
  requestNumber: number,
  request: LengthRequest,
): OutputLength {
  const isDrawn = dist !== "max-tokens" && !request.ignoreEos;
  const limit = request.maxTokens ?? (isDrawn ? request.roomTokens : meanTokens);
  if (!isDrawn) return { tokens: limit, reason: "length" };
  const drawn = Math.max(draw(dist, meanTokens, seed, requestNumber), request.minTokens, 1);
  return drawn < limit ? { tokens: drawn, reason: "stop" } : { tokens: limit, reason: "length" };
}

function draw(
  dist: Exclude<OutputDist, "max-tokens">,
  meanTokens: number,
  seed: number,
  requestNumber: number,
): number {
  const rng = rngFor(seed, "output-length", requestNumber);
  switch (dist) {
    case "fixed":
      return meanTokens;
    case "uniform":
      return 1 + rng.below(2 * meanTokens - 1);
    case "geometric":
      // Failures before a success with probability 1/mean, plus one: mean tokens on average, at least 1.
      return meanTokens === 1 ? 1 : 1 + Math.floor(Math.log1p(-rng.uniform()) / Math.log1p(-1 / meanTokens));
    default:
      return assertNever(dist);
  }
}
