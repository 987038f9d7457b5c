import type { LoadSeries } from "../load-points.ts";
import { loadPointOf } from "./load-point.ts";
import type { ServingRun } from "./run.ts";

/**
 * Several runs as curves over load: runs of one server (endpoint, wire format, models and their shares) that were each asked for another load are one curve,
 * from the lowest load on; all others are points of their own.
 */
export function loadSeries(runs: readonly ServingRun[]): LoadSeries[] {
  const known = runs.flatMap((run) => {
    const point = run.summary === null ? null : loadPointOf(run.summary);
    return point === null ? [] : [{ run, point }];
  });
  const groups = [...Map.groupBy(known, ({ run }) => serverOf(run)).values()];
  return groups.flatMap((group): LoadSeries[] => {
    const isCurve = group.length > 1 && new Set(group.map(({ point }) => point.label)).size === group.length;
    if (!isCurve) return group.map(({ run, point }) => ({ name: run.name, points: [point], isCurve: false }));
    const points = group.map(({ point }) => point).sort((a, b) => loadOf(a) - loadOf(b));
    const model = group[0]!.run.metadata?.plan?.request?.model;
    return [
      {
        name: groups.length > 1 || !model ? `${group[0]!.run.name} and ${group.length - 1} more` : model,
        points,
        isCurve: true,
      },
    ];
  });
}

function serverOf({ metadata, name }: ServingRun): string {
  const plan = metadata?.plan;
  if (!plan) return name;
  const { endpoint, backend, request, trafficSplit, load } = plan;
  return JSON.stringify([
    metadata.tool,
    endpoint,
    backend,
    request?.model,
    trafficSplit?.weights,
    load?.kind,
  ]);
}

/** A point's place on its curve: what was sent in an open loop; in a closed one throughput is all there is. */
function loadOf({ offeredPerS, outputTokensPerS }: LoadSeries["points"][number]): number {
  return offeredPerS ?? outputTokensPerS;
}
