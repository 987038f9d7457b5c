import type { Profile } from "../../../benchmarks/profile/profile-shape.ts";
import type { About } from "../about.ts";
import { costLatency } from "../cost-latency.ts";
import { goodputRate } from "../goodput-rate.ts";
import { latencyCurve, throughputLatency, throughputNormalizedLatency } from "../latency-curve.ts";
import type { LoadSeries } from "../load-points.ts";
import { dateOf } from "../run-facts.ts";
import { comparisonFacts } from "../serving/facts.ts";
import type { Figure } from "../spec.ts";
import {
  AS_SEARCHED,
  cautionsOf,
  firstMetadata,
  foundCapacity,
  limitsText,
  loadText,
  profileFigures,
  rateSeries,
  sweepSeries,
} from "./profile-figures.ts";

interface Compared {
  name: string;
  directory: string;
  profile: Profile;
}

/** The curves of one profile, or of several, each figure with all of them in it. */
export function* profilesFigures(profiles: readonly Compared[]): Generator<Figure> {
  const [first, ...more] = profiles;
  if (first !== undefined && more.length === 0) {
    yield* profileFigures(first.profile, first.directory);
    return;
  }
  const about = aboutOf(profiles);
  const series = profiles.flatMap((one) => named(one, sweepSeries(one.profile, one.directory)));
  for (const figure of [
    latencyCurve(throughputLatency, series, about),
    latencyCurve(throughputNormalizedLatency, series, about),
    costLatency(series, about),
  ])
    if (figure !== null) yield figure;
  const [limits, ...others] = profiles.map(({ profile }) => limitsText(profile.slos));
  if (limits === undefined || limits === "" || others.some((other) => other !== limits)) return;
  const rates = profiles.flatMap(({ name, profile, directory }) =>
    rateSeries(profile, directory).map((one) => ({ ...one, name })),
  );
  const shares = new Set(
    profiles.map(({ profile: { capacity, slos } }) => capacity?.share ?? slos?.share ?? null),
  );
  const share = shares.size === 1 ? [...shares][0]! : null;
  const capacities = profiles.flatMap(({ name, profile }) => foundCapacity(profile, name));
  const figure = goodputRate(rates, { share, limits, capacities, ...AS_SEARCHED }, about);
  if (figure !== null) yield figure;
}

/** By the profile; by the kind of load, too, where it has several. */
function named({ name }: Compared, series: readonly LoadSeries[]): LoadSeries[] {
  return series.map((one) => ({ ...one, name: series.length === 1 ? name : `${name}, ${one.name}` }));
}

function aboutOf(profiles: readonly Compared[]): About {
  const runs = profiles.map(({ name, profile, directory }) => ({
    name,
    metadata: firstMetadata(profile, directory),
  }));
  const facts = comparisonFacts(runs).map((fact) => {
    const of = profiles.find(({ name }) => name === fact.name);
    if (of === undefined) return fact;
    return { ...fact, value: [dateOf(of.profile.run), loadText(of.profile)].join(" · ") };
  });
  const cautions = profiles.flatMap(({ name, profile }) =>
    cautionsOf(profile).map((text) => `${name}: ${text}`),
  );
  return { facts, caution: cautions.length === 0 ? null : cautions.join(" · ") };
}
