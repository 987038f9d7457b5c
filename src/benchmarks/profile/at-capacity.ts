import { type Bounded, over, product, times } from "../../analysis/bounded.ts";
import { Z95 } from "../../analysis/normal.ts";
import { energyBetween, energyNear } from "./energy-at-capacity.ts";
import type { LevelFigures } from "./level-figures.ts";
import type { CapacityFigures, LevelResult } from "./profile-shape.ts";

/** Levels so close to the capacity, on either side, are as good as at it. */
const NEAR = 0.1;

interface Rate {
  readonly ratePerS: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A level at a rate whose figures can be relied on. */
interface Known {
  readonly name: string;
  readonly ratePerS: number;
  readonly figures: LevelFigures;
}

/**
 * What the capacity comes with: tokens a request, of the levels near it, times the capacity; from that the cost, and the energy. Its interval is
 * carried through. Where no level lies within 10 % of the capacity the closest on each side tell. Levels beyond saturation, and those whose client was
 * unfit, tell nothing.
 * @returns null where no capacity is known, or no level can tell
 */
export function figuresAtCapacity(capacity: Rate, levels: readonly LevelResult[]): CapacityFigures | null {
  const { ratePerS } = capacity;
  if (ratePerS === null) return null;
  const usable = levels.flatMap((level) => knownOf(level) ?? []);
  const near = usable.filter((level) => Math.abs(level.ratePerS - ratePerS) <= NEAR * ratePerS);
  const from = near.length > 0 ? near : neighbours(usable, ratePerS);
  const tokens = tokensPerRequest(from);
  if (tokens === null || !(tokens.value > 0)) return null;
  const outputTokensPerS = product({ ...capacity, value: ratePerS }, tokens);
  const gpus = agreed(from.map(({ figures }) => figures.gpus));
  const usdPerS = pooled(from, ({ usdPerMOutputTokens: usd, outputTokensPerS: perS }) =>
    usd === null ? null : (usd * perS) / 1e6,
  );
  const usdPerMOutputTokens = usdPerS === null ? null : over(1e6 * usdPerS, outputTokensPerS);
  const outputShare = pooled(from, ({ usdPerMTotalTokens: total, usdPerMOutputTokens: output }) =>
    total === null || output === null ? null : total / output,
  );
  return {
    levels: from.map(({ name }) => name),
    outputTokensPerRequest: tokens,
    outputTokensPerS,
    usdPerMOutputTokens,
    usdPerMTotalTokens:
      usdPerMOutputTokens === null || outputShare === null ? null : times(usdPerMOutputTokens, outputShare),
    joulesPerOutputToken:
      near.length > 0
        ? energyNear(
            near.map(({ figures }) => figures),
            outputTokensPerS,
          )
        : energyBetween(from, ratePerS, outputTokensPerS),
    gpus,
    outputTokensPerSPerGpu: gpus === null ? null : times(outputTokensPerS, 1 / gpus),
  };
}

function knownOf({ name, load, figures, saturated, trial, status }: LevelResult): Known | null {
  if (load.kind !== "rate" || figures === null || status !== "complete") return null;
  if (saturated || trial?.saturated === true || figures.validity.verdict === "unfit") return null;
  return { name, ratePerS: load.ratePerS, figures };
}

/** The closest level below, and the closest above. */
function neighbours(levels: readonly Known[], ratePerS: number): Known[] {
  const sorted = levels.toSorted((one, other) => one.ratePerS - other.ratePerS);
  const below = sorted.findLast((level) => level.ratePerS <= ratePerS);
  const above = sorted.find((level) => level.ratePerS > ratePerS);
  return [below, above].filter((level) => level !== undefined);
}

/**
 * Mean over all requests that fell due, or of a session's requests together, as the rate is; one that failed gives none. Answer lengths are those of the same prompts in every level, so that all levels
 * together know the mean no better than the one with the most answers.
 */
function tokensPerRequest(levels: readonly Known[]): Bounded | null {
  let [sum, squares, answers, due, most, turns, sessions] = [0, 0, 0, 0, 0, 0, 0];
  for (const { figures } of levels) {
    if (figures.answerTokens === null) continue;
    const { n, mean, sd } = figures.answerTokens;
    sum += n * mean;
    squares += n * (mean ** 2 + (sd ?? 0) ** 2);
    answers += n;
    due += figures.n;
    most = Math.max(most, n);
    turns += figures.requests.total;
    sessions += figures.sessions ?? 0;
  }
  if (answers === 0 || due === 0) return null;
  const value = sum / due;
  // The turns of a session depend on one another, and how is not known.
  if (sessions > 0) return { value: (value * turns) / sessions, low: null, high: null };
  if (most < 2) return { value, low: null, high: null };
  const half = (Z95 * Math.sqrt(Math.max(0, squares / due - value ** 2))) / Math.sqrt(most);
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** Mean of a figure, each level by the tokens that it had; null where one lacks it. */
function pooled(levels: readonly Known[], of: (figures: LevelFigures) => number | null): number | null {
  let [sum, weight] = [0, 0];
  for (const { figures } of levels) {
    const value = of(figures);
    if (value === null) return null;
    const tokens = figures.outputTokensPerS * figures.durationS;
    sum += tokens * value;
    weight += tokens;
  }
  return weight > 0 ? sum / weight : null;
}

function agreed(counts: readonly (number | null)[]): number | null {
  const [first = null] = counts;
  return counts.every((count) => count === first) ? first : null;
}
