import { type Bounded, over, product } from "../../analysis/bounded.ts";
import { studentT } from "../../analysis/student-t.ts";
import type { LevelFigures } from "./level-figures.ts";

/** A level's figures, and the rate that it was asked for. */
interface AtRate {
  readonly ratePerS: number;
  readonly figures: LevelFigures;
}

/**
 * J per output token of levels near the capacity: the mean of their powers, with Student's 95 % interval, over the throughput at the capacity;
 * of one level without an interval, as how much they differ is not known.
 */
export function energyNear(levels: readonly LevelFigures[], outputTokensPerS: Bounded): Bounded | null {
  const watts = levels.flatMap((level) => wattsOf(level) ?? []);
  const n = watts.length;
  if (n < levels.length) return null;
  const mean = watts.reduce((sum, one) => sum + one, 0) / n;
  const squares = watts.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const half = n < 2 ? null : studentT(n - 1, 0.95) * Math.sqrt(squares / (n - 1) / n);
  const power = {
    value: mean,
    low: half === null ? null : Math.max(0, mean - half),
    high: half === null ? null : mean + half,
  };
  return product(power, over(1, outputTokensPerS));
}

/**
 * The same where none is near: between the level below and the one above power lies on a straight line; of one alone it is what that took. No
 * interval: of a line through two points nothing is known.
 */
export function energyBetween(
  [below, above]: readonly AtRate[],
  ratePerS: number,
  outputTokensPerS: Bounded,
): Bounded | null {
  const exactly = (value: number | null) => (value === null ? null : { value, low: null, high: null });
  if (below === undefined || above === undefined) return exactly(below?.figures.joulesPerOutputToken ?? null);
  const [low, high] = [wattsOf(below.figures), wattsOf(above.figures)];
  if (low === null || high === null) return null;
  const watts = low + ((high - low) * (ratePerS - below.ratePerS)) / (above.ratePerS - below.ratePerS);
  return exactly(watts / outputTokensPerS.value);
}

/** Mean power in a level's window; null where it was not measured. */
function wattsOf({ joulesPerOutputToken, outputTokensPerS }: LevelFigures): number | null {
  return joulesPerOutputToken === null ? null : joulesPerOutputToken * outputTokensPerS;
}
