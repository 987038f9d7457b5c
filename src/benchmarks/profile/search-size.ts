import type { Slo } from "../serving/slo.ts";
import type { SearchLimits } from "./capacity/next-trial.ts";
import type { LevelFigures } from "./level-figures.ts";

/** That a search may send where nobody says how many: so many, or for so long as fast as the sweep's fastest level. */
const DEFAULT = { requests: 20_000, s: 15 * 60 };
/** Latencies that a wait in the server's queue is part of, and what they are without one. */
const WAITING: Readonly<Record<string, (level: LevelFigures) => LevelFigures["ttftMs"]>> = {
  ttft: ({ ttftMs }) => ttftMs,
  "ttft-from-intended": ({ ttftMs }) => ttftMs,
  ttfa: ({ ttftMs }) => ttftMs,
  e2el: ({ e2elMs }) => e2elMs,
  "e2el-from-intended": ({ e2elMs }) => e2elMs,
};

/**
 * How much a search sends, and how long its trials have to be at least.
 * @param levels of the sweep: the shortest medians are what the server takes with nobody waiting
 * @param requests that the search may send; undefined: as many as it has to be
 */
export function searchSize(
  slos: readonly Slo[],
  levels: readonly LevelFigures[],
  requests: number | undefined,
): Pick<SearchLimits, "limitS" | "answerS" | "maxRequests"> {
  const shortestMs = (of: (level: LevelFigures) => LevelFigures["ttftMs"]) =>
    Math.min(...levels.flatMap((level) => of(level)?.p50.value ?? []));
  const waits = slos.map(({ name, limitMs }) => {
    const of = WAITING[name];
    if (of === undefined) return 0;
    const shortest = shortestMs(of);
    return Math.max(0, limitMs - (Number.isFinite(shortest) ? shortest : 0));
  });
  const answerMs = shortestMs(({ e2elMs }) => e2elMs);
  const fastestPerS = Math.max(0, ...levels.map(({ requestThroughputPerS }) => requestThroughputPerS));
  return {
    limitS: Math.max(0, ...waits) / 1000,
    answerS: Number.isFinite(answerMs) ? answerMs / 1000 : 0,
    maxRequests: requests ?? Math.max(DEFAULT.requests, Math.ceil(DEFAULT.s * fastestPerS)),
  };
}
