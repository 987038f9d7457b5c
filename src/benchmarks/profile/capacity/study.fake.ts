import { rngFor } from "../../../core/rng.ts";
import { backlogOf } from "../backlog.ts";
import { type QueuedRequest, queue } from "../queue.fake.ts";
import { type CapacityOptions, type CapacityResult, findCapacity } from "./search.ts";
import { type LoadTrial, trialOf, withBacklog } from "./trial.ts";

/** What becomes of each request of a level, in the order in which they fall due: 1 where it is good; or the trial that it makes. */
export type Server = (ratePerS: number, requests: number, seed: number) => Uint8Array | LoadTrial;

export const LIMITS: CapacityOptions = {
  share: 0.95,
  startRatePerS: 5,
  minRatePerS: 0.5,
  maxRatePerS: 1000,
  maxRequests: 4000,
  maxS: Number.POSITIVE_INFINITY,
  limitS: 0,
  answerS: 0,
  known: [],
};

/** One search, each of its levels with random numbers of its own. */
export function searchAt(
  server: Server,
  seed: number,
  options: Partial<CapacityOptions> = {},
): Promise<CapacityResult> {
  let level = 0;
  const measure = async (ratePerS: number, requests: number) => {
    const served = server(ratePerS, requests, 1000 * seed + level++);
    return served instanceof Uint8Array ? trialOf(ratePerS, served, false) : served;
  };
  return findCapacity(measure, { ...LIMITS, ...options });
}

export interface StudyOutcome {
  /** Searches whose estimate lies within 10 % of the truth, and whose interval covers it. */
  close: number;
  covered: number;
  /** Mean and root mean square of the relative error, mean of half the relative interval. */
  bias: number;
  rms: number;
  halfWidth: number;
  /** The highest estimate. */
  highest: number;
}

/** So many searches beside the truth. */
export async function study(
  server: Server,
  truthPerS: number,
  searches: number,
  options: Partial<CapacityOptions> = {},
): Promise<StudyOutcome> {
  const outcome = { close: 0, covered: 0, bias: 0, rms: 0, halfWidth: 0, highest: 0 };
  for (let seed = 0; seed < searches; seed++) {
    const { ratePerS, low, high } = await searchAt(server, seed, options);
    const error = ratePerS === null ? Number.NaN : ratePerS / truthPerS - 1;
    if (Math.abs(error) < 0.1) outcome.close++;
    if ((low ?? 0) <= truthPerS && truthPerS <= (high ?? Number.POSITIVE_INFINITY)) outcome.covered++;
    outcome.highest = Math.max(outcome.highest, ratePerS ?? 0);
    outcome.bias += error / searches;
    outcome.rms += error ** 2 / searches;
    outcome.halfWidth += ((high ?? 2 * truthPerS) - (low ?? 0)) / 2 / truthPerS / searches;
  }
  return { ...outcome, rms: Math.sqrt(outcome.rms) };
}

/** Probability 0.95 at 30 req/s, falling as a normal distribution does in the rate's logarithm; AR(1) from request to request. */
export function knownCurve(
  steepness: number,
  phi: number,
): (ratePerS: number, requests: number, seed: number) => Uint8Array {
  return (ratePerS, requests, seed) => {
    const rng = rngFor(seed, "known curve");
    const limit = 1.6448536269514722 - steepness * Math.log(ratePerS / 30);
    let z = rng.normal();
    return Uint8Array.from({ length: requests }, () => {
      const good = z < limit ? 1 : 0;
      z = phi * z + Math.sqrt(1 - phi * phi) * rng.normal();
      return good;
    });
  };
}

/** M/M/1, where a request is good that waits no longer than `limitS`; the first finds nobody. */
export function singleServer(
  limitS: number,
  muPerS = SINGLE_PER_S,
): (ratePerS: number, requests: number, seed: number) => Uint8Array {
  return (ratePerS, requests, seed) => goodOf(queue({ ratePerS, requests, muPerS, e2elS: 0, seed }), limitS);
}

/** The same with all that a profile knows of a level: whether requests piled up. */
export function watchedServer(limitS: number, muPerS: number): Server {
  return (ratePerS, requests, seed) => {
    const served = queue({ ratePerS, requests, muPerS, e2elS: 0, seed });
    return withBacklog(trialOf(ratePerS, goodOf(served, limitS), false), backlogOf(served));
  };
}

function goodOf(served: readonly QueuedRequest[], limitS: number): Uint8Array {
  return Uint8Array.from(served, ({ waitedS }) => (waitedS <= limitS ? 1 : 0));
}

export const SINGLE_PER_S = 40;

/** Where P(wait > t) = ρ exp(-(μ - λ) t) is 1 - share: by bisection. Source: Kleinrock, Queueing Systems I (1975), section 5.7. */
export function singleServerCapacity(limitS: number, share: number, muPerS = SINGLE_PER_S): number {
  let [low, high] = [0, muPerS];
  for (let i = 0; i < 60; i++) {
    const rate = (low + high) / 2;
    const late = (rate / muPerS) * Math.exp(-(muPerS - rate) * limitS);
    if (late <= 1 - share) low = rate;
    else high = rate;
  }
  return low;
}
