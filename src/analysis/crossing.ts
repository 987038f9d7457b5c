/** Successes among trials under a load, e.g. good requests at a rate. */
export interface SharePoint {
  /** Above 0. */
  readonly x: number;
  readonly good: number;
  readonly total: number;
}

/** Where a share of successes falls through a level. */
export interface Crossing {
  x: number;
  /** The crossings that the data do not speak against; 0 and Infinity where they give no bound on that side. */
  low: number;
  high: number;
  /** How fast the log odds of a success fall there: by so much for a relative rise of x by 1. */
  steepness: number;
}

/** What is held for likely before any data: log steepness is normal with this median and sd. */
export interface SteepnessPrior {
  readonly median: number;
  readonly logSd: number;
}

const STEEPNESS = { least: 0.1, most: 1000 };
/** The crossing is looked for so many times below and above the points. */
const REACH = 4;
const GRID_CELLS = 64;
const HALVINGS = 30;
/** 10^4 in 24 halvings of its logarithm: to 6e-7. */
const STEEPNESS_HALVINGS = 24;

/**
 * Where the share of successes falls through `share`, by logistic regression on x: logit p = logit share - steepness (x / crossing - 1).
 * The interval is that of the profile likelihood: the crossings whose deviance, with the best steepness for each, is at most `margin`
 * above the least.
 * Sources: McCullagh & Nelder, Generalized Linear Models (1989), section 4.4 (dose response); Venzon & Moolgavkar, "A Method for
 * Computing Profile-Likelihood-Based Confidence Intervals" (1988).
 * @param points counts may be fractions, as where they are divided by a dispersion
 * @param share in (0, 1)
 * @param margin e.g. 3.84 for 95 % where the successes are independent; 0 asks for no interval
 * @returns null without points
 */
export function crossing(
  points: readonly SharePoint[],
  share: number,
  margin: number,
  prior: SteepnessPrior,
): Crossing | null {
  if (points.length === 0) return null;
  const level = Math.log(share / (1 - share));
  const from = Math.log(Math.min(...points.map(({ x }) => x)) / REACH);
  const to = Math.log(Math.max(...points.map(({ x }) => x)) * REACH);
  const deviance = (logX: number) => profile(points, level, Math.exp(logX), prior).deviance;
  const best = leastOf(deviance, from, to);
  const limit = deviance(best) + margin;
  const edge = (outer: number, unbounded: number) => {
    if (margin === 0) return Math.exp(best);
    if (deviance(outer) <= limit) return unbounded;
    let [inside, outside] = [best, outer];
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (inside + outside) / 2;
      if (deviance(middle) <= limit) inside = middle;
      else outside = middle;
    }
    return Math.exp(inside);
  };
  const x = Math.exp(best);
  return {
    x,
    low: edge(from, 0),
    high: edge(to, Number.POSITIVE_INFINITY),
    steepness: profile(points, level, x, prior).steepness,
  };
}

/** The share of successes that the model has at `at`. */
export function shareAt(
  { x, steepness }: Pick<Crossing, "x" | "steepness">,
  share: number,
  at: number,
): number {
  return logistic(Math.log(share / (1 - share)) - steepness * (at / x - 1));
}

/** Deviance for one crossing, with the steepness that suits it best. */
function profile(
  points: readonly SharePoint[],
  level: number,
  x: number,
  prior: SteepnessPrior,
): { deviance: number; steepness: number } {
  // Of the penalized log-likelihood by the steepness: positive below its maximum, negative above.
  const derivative = (steepness: number) => {
    let sum = -Math.log(steepness / prior.median) / (prior.logSd ** 2 * steepness);
    for (const point of points) {
      const beyond = point.x / x - 1;
      sum += beyond * (point.total * logistic(level - steepness * beyond) - point.good);
    }
    return sum;
  };
  let { least, most } = STEEPNESS;
  for (let i = 0; i < STEEPNESS_HALVINGS; i++) {
    const middle = Math.sqrt(least * most);
    if (derivative(middle) > 0) least = middle;
    else most = middle;
  }
  const steepness = Math.sqrt(least * most);
  let deviance = (Math.log(steepness / prior.median) / prior.logSd) ** 2;
  for (const point of points) {
    const logOdds = level - steepness * (point.x / x - 1);
    deviance += 2 * (point.good * softplus(-logOdds) + (point.total - point.good) * softplus(logOdds));
  }
  return { deviance, steepness };
}

/** The least of a function that falls, then rises: a grid first, since it is flat far outside, then the golden section. */
function leastOf(of: (x: number) => number, from: number, to: number): number {
  const at = (cell: number) => from + ((to - from) * Math.max(0, Math.min(GRID_CELLS, cell))) / GRID_CELLS;
  let best = 0;
  let bestValue = Number.POSITIVE_INFINITY;
  for (let cell = 0; cell <= GRID_CELLS; cell++) {
    const value = of(at(cell));
    if (value < bestValue) [best, bestValue] = [cell, value];
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [at(best - 1), at(best + 1)];
  let [left, right] = [b - golden * (b - a), a + golden * (b - a)];
  let [atLeft, atRight] = [of(left), of(right)];
  for (let i = 0; i < HALVINGS; i++) {
    if (atLeft <= atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - golden * (b - a);
      atLeft = of(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + golden * (b - a);
      atRight = of(right);
    }
  }
  return (a + b) / 2;
}

const logistic = (z: number) => 1 / (1 + Math.exp(-z));

/** log(1 + e^z) without overflow. */
const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
