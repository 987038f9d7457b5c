import { derived, type Level } from "../../benchmarks/profile/level.ts";
import type { FlagValues } from "../flags/flag.ts";
import type { ServingValues } from "../serving/config.ts";
import type { profileFlags } from "./flags.ts";

export type ProfileValues = FlagValues<typeof profileFlags>;

/** Arrivals that no level of --auto without a rate has a place for. */
const NO_ARRIVAL = { arrival: "poisson", burstiness: undefined, burstSize: undefined } as const;

/**
 * The flags of `serving` that make this level.
 * @param outdir the level's own
 * @param waitsForAll whether a level that sends all at once waits for its answers as long as a request may take
 */
export function levelValues(
  values: ProfileValues,
  level: Level,
  outdir: string,
  waitsForAll: boolean,
): ServingValues {
  const { load, requests, durationMs, arrivalSeed, role, name } = level;
  const isAuto = role === "one-at-a-time" || role === "full-throughput";
  return {
    ...values,
    ...(isAuto ? NO_ARRIVAL : {}),
    rate: load.kind === "rate" ? load.ratePerS : load.kind === "users" ? undefined : Number.POSITIVE_INFINITY,
    concurrency: load.kind === "users" ? load.users : values.concurrency,
    numPrompts: requests ?? undefined,
    duration: durationMs ?? undefined,
    drainTimeout: load.kind === "all-at-once" && waitsForAll ? values.requestTimeout : values.drainTimeout,
    arrivalSeed,
    cacheSalt: values.cacheSalt === undefined ? undefined : derived(values.cacheSalt, "salt", level.number),
    ramp: undefined,
    trace: undefined,
    timeScale: 1,
    maxRequests: undefined,
    runName: values.runName === undefined ? name : `${values.runName} ${name}`,
    outdir,
    overwrite: true,
    json: false,
    html: values.html && values.levelFigures,
    figures: values.levelFigures ? values.figures : "none",
  };
}
