import { join } from "node:path";
import { loadLabel } from "../../../benchmarks/profile/level.ts";
import type { LevelResult, Profile } from "../../../benchmarks/profile/profile-shape.ts";
import { formatDuration } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";
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
    goodputRate(rates, { share, limits: limitsText(slos), capacities }, about),
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

export const RATES = "open loop";
const USERS = "closed loop";
const AT_ONCE = "all at once";

/** Curves over the loads of the sweep. Trials of the capacity search crowd around one rate: they say how many requests were good there, and no more. */
export function sweepSeries({ levels }: Profile, directory: string): LoadSeries[] {
  const swept = levels.filter(({ role }) => role !== "capacity");
  return profileSeries(swept, directory, (level) => heightOf(level));
}

/** All levels of an open loop: only there is the rate what was asked for. */
export function rateSeries({ levels }: Profile, directory: string): LoadSeries[] {
  const all = profileSeries(levels, directory, (_, { offeredPerS }) => offeredPerS ?? 0);
  return all.filter(({ name }) => name === RATES);
}

/** One curve a kind of load, in the order of `place`. */
function profileSeries(
  levels: readonly LevelResult[],
  directory: string,
  place: (level: LevelResult, point: LoadPoint) => number,
): LoadSeries[] {
  const points = levels.flatMap((level) => {
    const summary = readSummary(join(directory, level.directory));
    const point = summary === null ? null : loadPointOf(summary);
    return point === null ? [] : [{ level, point: labelled(level, point) }];
  });
  const kinds = [
    [RATES, "rate"],
    [USERS, "users"],
    [AT_ONCE, "all-at-once"],
  ] as const;
  return kinds.flatMap(([name, kind]) => {
    const own = points.filter(({ level }) => level.load.kind === kind);
    own.sort((a, b) => place(a.level, a.point) - place(b.level, b.point));
    // The two ends that --auto begins with are no curve, nor are the search's short trials, whose sent rates scatter.
    const isCurve =
      own.length > 1 && own.every(({ level: { role } }) => role !== "full-throughput" && role !== "capacity");
    return own.length === 0 ? [] : [{ name, points: own.map(({ point }) => point), isCurve }];
  });
}

function labelled({ load, figures, saturated }: LevelResult, point: LoadPoint): LoadPoint {
  const usdPerMTokens = point.usdPerMTokens ?? figures?.usdPerMOutputTokens ?? null;
  return { ...point, label: loadLabel(load), isSaturated: saturated, usdPerMTokens };
}

function heightOf({ load }: LevelResult): number {
  return load.kind === "rate" ? load.ratePerS : load.kind === "users" ? load.users : 0;
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
  const beyond = levels.filter(({ saturated }) => saturated).map((level) => loadLabel(level.load));
  return [
    ...(status === null ? [] : [`Incomplete, the profile is ${status}`]),
    ...(beyond.length === 0
      ? []
      : [`Beyond saturation, latencies are those of a growing queue: ${beyond.join(", ")}`]),
    ...(validity.verdict === "fit" ? [] : [`Client ${validity.verdict}`]),
  ];
}
