import type { LevelLoad, LevelRole } from "./level.ts";

/** Which loads are tried. */
export type Sweep =
  | { kind: "listed"; loads: readonly LevelLoad[] }
  | {
      kind: "auto";
      /** How many levels in all. */
      levels: number;
      /** Users of the level that seeks full throughput. */
      fullUsers: number;
    };

/** What the next load depends on: a level that is over. */
export interface SweptLevel {
  role: LevelRole;
  load: LevelLoad;
  saturated: boolean;
  /** Successful requests per second; null where nothing was measured. */
  throughputPerS: number | null;
  /** Requests per second of the schedule, whether or not a cap held them back; null where it has none, or fewer than two. */
  plannedPerS: number | null;
}

export interface NextLoad {
  role: LevelRole;
  load: LevelLoad;
}

/** Fewer levels than this hold no curve between the two ends. */
export const FEWEST_AUTO_LEVELS = 4;
/** A server whose throughput is less than this many times that of one request at a time has its curve below, not between, the two. */
const LEAST_SPAN = 2;
/** How far below full throughput the lowest rate lies then. */
const LOWEST_SHARE = 1 / 4;
/** Less than this share of what fell due, and the server fell behind, whether or not the trend test had the time to see it. */
const KEEPS_UP = 0.85;
/** Beyond the highest rate that was kept up with, where none was too much. */
const STEP_UP = 1.25;
/** Rates closer to one another than this tell nothing new. */
const CLOSEST = 1.03;

/** The load after these; null: the sweep is over. Pure, so that a resumed profile takes the same way again. */
export function nextLoad(sweep: Sweep, done: readonly SweptLevel[]): NextLoad | null {
  if (sweep.kind === "listed") {
    const load = sweep.loads[done.length];
    return load === undefined ? null : { role: "listed", load };
  }
  if (done.length === 0) return { role: "one-at-a-time", load: { kind: "users", users: 1 } };
  if (done.length === 1) return { role: "full-throughput", load: { kind: "users", users: sweep.fullUsers } };
  if (done.length >= sweep.levels) return null;
  const ratePerS = nextRate(sweep.levels, done);
  return ratePerS === null ? null : { role: ratePerS.role, load: { kind: "rate", ratePerS: ratePerS.at } };
}

/** Half of the rates are spread geometrically from one request at a time to full throughput, going up; the others halve the way to the knee. */
function nextRate(levels: number, done: readonly SweptLevel[]): { role: LevelRole; at: number } | null {
  const [one, full] = done;
  const top = full!.throughputPerS;
  if (!one!.throughputPerS || !top) return null;
  const span = top / one!.throughputPerS;
  const bottom = span < LEAST_SPAN ? top * LOWEST_SHARE : one!.throughputPerS;
  const rates = done.slice(2);
  const spread = Math.max(2, Math.ceil((levels - 2) / 2));
  const isKneeFound = rates.some((level) => !keptUp(level));
  if (!isKneeFound && rates.length < spread) {
    const at = bottom * (top / bottom) ** (rates.length / (spread - 1));
    return { role: "spread", at: rounded(at) };
  }
  const at = towardsKnee(rates);
  return at === null ? null : { role: "knee", at: rounded(at) };
}

function towardsKnee(rates: readonly SweptLevel[]): number | null {
  const perS = (isKept: boolean) =>
    rates.flatMap((level) =>
      level.load.kind === "rate" && keptUp(level) === isKept ? [level.load.ratePerS] : [],
    );
  const [kept, lost] = [perS(true), perS(false)];
  if (lost.length === 0) return Math.max(...kept) * STEP_UP;
  const above = Math.min(...lost);
  // What was kept up with above a rate that was not is noise near the knee.
  const below = Math.max(0, ...kept.filter((rate) => rate < above));
  if (below === 0) return above / 2;
  return above / below < CLOSEST ** 2 ? null : Math.sqrt(above * below);
}

function keptUp({ saturated, throughputPerS, plannedPerS }: SweptLevel): boolean {
  if (saturated || throughputPerS === null) return false;
  return plannedPerS === null || throughputPerS >= KEEPS_UP * plannedPerS;
}

/** To what a person would type. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}
