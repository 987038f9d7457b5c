import { wilson } from "../../analysis/wilson.ts";
import { type Backlog, fellBehind } from "./backlog.ts";
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
  /** null where there is no schedule, or all fell due at once. */
  backlog: Backlog | null;
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
/** A server that turns away more than this share of what falls due does not keep up with it. */
const MOST_FAILED = 0.15;
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
  const { kept, lost } = sidesOf(rates);
  if (lost === null && rates.length < spread) {
    const at = bottom * (top / bottom) ** (rates.length / (spread - 1));
    return { role: "spread", at: rounded(at) };
  }
  const at = towardsKnee(kept, lost);
  return at === null ? null : { role: "knee", at: rounded(at) };
}

function towardsKnee(kept: number | null, lost: number | null): number | null {
  if (lost === null) return kept! * STEP_UP;
  if (kept === null) return lost / 2;
  return lost / kept < CLOSEST ** 2 ? null : Math.sqrt(lost * kept);
}

/** The highest rate that was kept up with, and the lowest lost above it: one lost below a rate that was kept up with was so by chance. */
function sidesOf(rates: readonly SweptLevel[]): { kept: number | null; lost: number | null } {
  const perS = (isKept: boolean) =>
    rates.flatMap((level) =>
      level.load.kind === "rate" && keptUp(level) === isKept ? [level.load.ratePerS] : [],
    );
  const all = perS(true);
  const kept = all.length === 0 ? null : Math.max(...all);
  const lost = perS(false).filter((rate) => kept === null || rate > kept);
  return { kept, lost: lost.length === 0 ? null : Math.min(...lost) };
}

/** Never lost by what chance explains: a level of few requests holds none that were left undone. */
function keptUp({ saturated, throughputPerS, backlog }: SweptLevel): boolean {
  if (saturated || throughputPerS === null) return false;
  if (backlog === null) return true;
  const { low } = wilson(backlog.failed, backlog.due);
  return !fellBehind(backlog) && (low ?? 0) <= MOST_FAILED;
}

/** To what a person would type. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}
