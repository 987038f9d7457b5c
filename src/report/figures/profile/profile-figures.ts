import { join } from "node:path";
import { trialShare } from "../../../benchmarks/profile/capacity/trial.ts";
import { isPastSaturation } from "../../../benchmarks/profile/judge.ts";
import { loadLabel } from "../../../benchmarks/profile/level.ts";
import type { LevelResult, Profile } from "../../../benchmarks/profile/profile-shape.ts";
import { formatDuration } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";
import { heightOf } from "../../profile-order.ts";
import { unfinished } from "../../profile-text.ts";
import type { About } from "../about.ts";
import { costLatency } from "../cost-latency.ts";
import { type Capacity, goodputRate } from "../goodput-rate.ts";
import { latencyCurve, throughputLatency, throughputNormalizedLatency } from "../latency-curve.ts";
import type { LoadPoint, LoadSeries } from "../load-points.ts";
import { runFacts } from "../serving/facts.ts";
import { loadPointOf } from "../serving/load-point.ts";
import { readMetadata, readSummary, type SavedMetadata } from "../serving/saved-files.ts";
import type { Figure } from "../spec.ts";

/** The curves over a profile's levels, from the summaries in their directories. */
export function* profileFigures(profile: Profile, directory: string): Generator<Figure> {
  const about = aboutOf(profile, directory);
  const series = sweepSeries(profile, directory);
  const rates = rateSeries(profile, directory);
  const { slos, capacity } = profile;
  const capacities = foundCapacity(profile, null);
  const share = capacity?.share ?? slos?.share ?? null;
  for (const figure of [
    latencyCurve(throughputLatency, series, about),
    latencyCurve(throughputNormalizedLatency, series, about),
    costLatency(series, about),
    goodputRate(rates, { share, limits: limitsText(slos), capacities, ...AS_SEARCHED }, about),
  ])
    if (figure !== null) yield figure;
}

/** The capacity, where one was found. @param name null: there is only one */
export function foundCapacity({ capacity }: Profile, name: string | null): Capacity[] {
  if (capacity === null || capacity.ratePerS === null) return [];
  const { ratePerS, low, high } = capacity;
  return [{ name, ratePerS, low, high }];
}

/** `TTFT ≤ 500 ms, TPOT ≤ 50 ms` */
export function limitsText(slos: Profile["slos"]): string {
  return (slos?.slos ?? [])
    .map(({ name, limitMs }) => `${name.toUpperCase()} ≤ ${formatDuration(limitMs)}`)
    .join(", ");
}

/** What a profile's goodput is drawn of, and against. */
export const AS_SEARCHED = {
  rateName: "Requests asked for per second",
  of: "of those due after a level's first quarter, none where they piled up",
} as const;

export const RATES = "open loop";
const USERS = "closed loop";
const AT_ONCE = "all at once";

/** Curves over the loads of the sweep. Trials of the capacity search crowd around one rate: they say how many requests were good there, and no more. */
export function sweepSeries({ levels }: Profile, directory: string): LoadSeries[] {
  const swept = levels.filter(({ role }) => role !== "capacity");
  return profileSeries(swept, directory, labelled);
}

/** All levels of an open loop, at the rates that were asked for. */
export function rateSeries({ levels }: Profile, directory: string): LoadSeries[] {
  return profileSeries(levels, directory, asSearched).filter(({ name }) => name === RATES);
}

/** One curve a kind of load, in the order of the loads. @param show what a level's point says */
function profileSeries(
  levels: readonly LevelResult[],
  directory: string,
  show: (level: LevelResult, point: LoadPoint) => LoadPoint,
): LoadSeries[] {
  const points = levels.flatMap((level) => {
    const summary = readSummary(join(directory, level.directory));
    const point = summary === null ? null : loadPointOf(summary);
    return point === null ? [] : [{ level, point: show(level, point) }];
  });
  const kinds = [
    [RATES, "rate"],
    [USERS, "users"],
    [AT_ONCE, "all-at-once"],
  ] as const;
  return kinds.flatMap(([name, kind]) => {
    const own = points.filter(({ level }) => level.load.kind === kind);
    own.sort((a, b) => heightOf(a.level) - heightOf(b.level));
    // The two ends that --auto begins with are no curve, nor are the search's short trials, whose shares scatter.
    const isCurve =
      own.length > 1 && own.every(({ level: { role } }) => role !== "full-throughput" && role !== "capacity");
    return own.length === 0 ? [] : [{ name, points: own.map(({ point }) => point), isCurve }];
  });
}

function labelled(level: LevelResult, point: LoadPoint): LoadPoint {
  const { load, figures } = level;
  return {
    ...point,
    label: loadLabel(load),
    isSaturated: isPastSaturation(level),
    usdPerMTokens: point.usdPerMTokens ?? figures?.usdPerMOutputTokens ?? null,
  };
}

/** At the rate that was asked for, with the share of good requests that the capacity search goes by: its capacity is such a rate. */
function asSearched(level: LevelResult, point: LoadPoint): LoadPoint {
  const { load, trial } = level;
  const share = trial === null ? null : trialShare(trial);
  return {
    ...labelled(level, point),
    ...(load.kind === "rate" ? { offeredPerS: load.ratePerS } : {}),
    ...(share === null ? {} : { goodput: share, n: share.total }),
  };
}

function aboutOf(profile: Profile, directory: string): About {
  const facts = runFacts(profile.run.runName, firstMetadata(profile, directory)).map((fact) =>
    fact.name === "Load" ? { ...fact, value: loadText(profile) } : fact,
  );
  const cautions = cautionsOf(profile);
  return { facts, caution: cautions.length === 0 ? null : cautions.join(" · ") };
}

/** What the levels' runs say of server and machine. */
export function firstMetadata({ levels }: Profile, directory: string): SavedMetadata | null {
  return levels[0] === undefined ? null : readMetadata(join(directory, levels[0].directory));
}

/** `7 levels, 1 req/s to 64 req/s` */
export function loadText({ levels }: Profile): string {
  const sorted = levels.toSorted((a, b) => heightOf(a) - heightOf(b)).map((level) => loadLabel(level.load));
  return `${counted(levels.length, "level")}, ${sorted[0]} to ${sorted.at(-1)}`;
}

/** What to know before believing the curves. */
export function cautionsOf(profile: Profile): string[] {
  const { levels, validity } = profile;
  const status = unfinished(profile);
  const beyond = levels.filter(isPastSaturation).map((level) => loadLabel(level.load));
  return [
    ...(status === null ? [] : [`Incomplete, the profile is ${status}`]),
    ...(beyond.length === 0
      ? []
      : [`Beyond saturation, latencies are those of a growing queue: ${beyond.join(", ")}`]),
    ...(validity.verdict === "fit" ? [] : [`Client ${validity.verdict}`]),
  ];
}
