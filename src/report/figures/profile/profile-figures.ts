import { join } from "node:path";
import { loadLabel } from "../../../benchmarks/profile/level.ts";
import type { LevelResult, Profile } from "../../../benchmarks/profile/profile-shape.ts";
import { formatDuration } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";
import type { About } from "../about.ts";
import { costLatency } from "../cost-latency.ts";
import { goodputRate } from "../goodput-rate.ts";
import { latencyCurve, throughputLatency, throughputNormalizedLatency } from "../latency-curve.ts";
import type { LoadPoint, LoadSeries } from "../load-points.ts";
import { runFacts } from "../serving/facts.ts";
import { loadPointOf } from "../serving/load-point.ts";
import { readMetadata, readSummary } from "../serving/saved-files.ts";
import type { Figure } from "../spec.ts";

/** The curves over a profile's levels, from the summaries in their directories. */
export function* profileFigures(profile: Profile, directory: string): Generator<Figure> {
  const about = aboutOf(profile, directory);
  // Trials of the capacity search crowd around one rate: they say how many requests were good there, and no more.
  const swept = profile.levels.filter(({ role }) => role !== "capacity");
  const series = profileSeries(swept, directory, (level) => heightOf(level));
  const rates = profileSeries(profile.levels, directory, (_, { offeredPerS }) => offeredPerS ?? 0);
  const { slos, capacity } = profile;
  const limits = (slos?.slos ?? [])
    .map(({ name, limitMs }) => `${name.toUpperCase()} ≤ ${formatDuration(limitMs)}`)
    .join(", ");
  const found =
    capacity === null || capacity.ratePerS === null || capacity.low === null || capacity.high === null
      ? null
      : { ratePerS: capacity.ratePerS, low: capacity.low, high: capacity.high };
  const share = capacity?.share ?? slos?.share ?? null;
  for (const figure of [
    latencyCurve(throughputLatency, series, about),
    latencyCurve(throughputNormalizedLatency, series, about),
    costLatency(series, about),
    // Only of an open loop is the rate what was asked for.
    goodputRate(
      rates.filter(({ name }) => name === RATES),
      { share, limits, capacity: found },
      about,
    ),
  ])
    if (figure !== null) yield figure;
}

const RATES = "open loop";
const USERS = "closed loop";
const AT_ONCE = "all at once";

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
    // The two ends that --auto begins with are no curve.
    const isCurve = own.length > 1 && own.every(({ level }) => level.role !== "full-throughput");
    return own.length === 0 ? [] : [{ name, points: own.map(({ point }) => point), isCurve }];
  });
}

function labelled({ load, figures }: LevelResult, point: LoadPoint): LoadPoint {
  const usdPerMTokens = point.usdPerMTokens ?? figures?.usdPerMOutputTokens ?? null;
  return { ...point, label: loadLabel(load), usdPerMTokens };
}

function heightOf({ load }: LevelResult): number {
  return load.kind === "rate" ? load.ratePerS : load.kind === "users" ? load.users : 0;
}

function aboutOf({ run, levels, validity }: Profile, directory: string): About {
  const metadata = levels[0] === undefined ? null : readMetadata(join(directory, levels[0].directory));
  const sorted = levels.toSorted((a, b) => heightOf(a) - heightOf(b)).map((level) => loadLabel(level.load));
  const load = `${counted(levels.length, "level")}, ${sorted[0]} to ${sorted.at(-1)}`;
  const facts = runFacts(run.runName, metadata).map((fact) =>
    fact.name === "Load" ? { ...fact, value: load } : fact,
  );
  const beyond = levels.filter(({ saturated }) => saturated).map((level) => loadLabel(level.load));
  const cautions = [
    ...(run.status === "complete" ? [] : [`Incomplete, the profile is ${run.status}`]),
    ...(beyond.length === 0
      ? []
      : [`Beyond saturation, latencies are those of a growing queue: ${beyond.join(", ")}`]),
    ...(validity.verdict === "fit" ? [] : [`Client ${validity.verdict}`]),
  ];
  return { facts, caution: cautions.length === 0 ? null : cautions.join(" · ") };
}
