import { type LevelLimits, type LevelLoad, makeLevel } from "../../benchmarks/profile/level.ts";
import type { Sweep } from "../../benchmarks/profile/sweep.ts";
import { usageError } from "../../core/errors.ts";
import type { Source } from "../flags/resolve.ts";
import { loadOf, twoEnds } from "../serving/load.ts";
import { trafficSplitOf } from "../serving/models.ts";
import { levelValues, type ProfileValues } from "./level-values.ts";

const DEFAULT_DURATION_MS = 60_000;

export type Sources = ReadonlyMap<string, Source>;

/** What the flags come to. */
export interface ProfileConfig {
  sweep: Sweep;
  limits: LevelLimits;
  /** Whether levels that send all at once wait for their answers as long as a request may take. */
  waitsForAll: boolean;
}

/** Reads the flags of levels, and tries each that is listed. @throws ToolError USAGE */
export function configOf(values: ProfileValues, sources: Sources): ProfileConfig {
  const sweep = sweepOf(values);
  refuseIdle(values, sources, sweep);
  trafficSplitOf(values, {
    models: sources.get("models") === "env" ? "MODELS" : "--models",
    trafficSplit: sources.get("trafficSplit") === "env" ? "TRAFFIC_SPLIT" : "--traffic-split",
  });
  const isConditional = values.until.length > 0;
  const config: ProfileConfig = {
    sweep,
    limits: {
      seed: values.seed,
      durationMs: isConditional ? null : (values.duration ?? DEFAULT_DURATION_MS),
      requests: values.numPrompts ?? null,
      allAtOnce: values.maxNumPrompts,
    },
    waitsForAll: sources.get("drainTimeout") === "default",
  };
  const loads = sweep.kind === "listed" ? sweep.loads : [{ kind: "rate", ratePerS: 1 } as const];
  for (const load of loads) {
    const level = makeLevel(1, "listed", load, config.limits);
    loadOf(levelValues(values, level, "", config.waitsForAll), null);
  }
  return config;
}

function sweepOf({
  requestRates,
  concurrencies,
  auto,
  levels,
  fullUsers,
  concurrency,
}: ProfileValues): Sweep {
  const given = [
    ["--request-rates", requestRates !== undefined],
    ["--concurrencies", concurrencies !== undefined],
    ["--auto", auto],
  ].filter(([, isGiven]) => isGiven);
  if (given.length > 1)
    throw usageError(
      `${given.map(([name]) => name).join(" and ")} both say which levels to run`,
      "Give one of them.",
    );
  if (requestRates !== undefined) return { kind: "listed", loads: requestRates.map(loadOfRate) };
  if (concurrencies !== undefined) {
    if (concurrency !== undefined)
      throw usageError("--concurrency has no effect with --concurrencies, which says it of each level");
    return { kind: "listed", loads: concurrencies.map((users) => ({ kind: "users", users })) };
  }
  return { kind: "auto", levels, fullUsers };
}

function loadOfRate(ratePerS: number): LevelLoad {
  return Number.isFinite(ratePerS) ? { kind: "rate", ratePerS } : { kind: "all-at-once" };
}

/** Flags that the others leave nothing to do are errors, unless the environment gave them. */
function refuseIdle(values: ProfileValues, sources: Sources, sweep: Sweep): void {
  const isGiven = (key: string) => ["flag", "file"].includes(sources.get(key) ?? "");
  const hasAllAtOnce = sweep.kind === "listed" && sweep.loads.some(({ kind }) => kind === "all-at-once");
  const hasRates =
    sweep.kind === "auto" || values.findCapacity || sweep.loads.some(({ kind }) => kind === "rate");
  for (const [flag, key, isUsed, needs] of [
    ["--levels", "levels", sweep.kind === "auto", "--auto"],
    ["--full-users", "fullUsers", sweep.kind === "auto", "--auto"],
    ["--max-num-prompts", "maxNumPrompts", hasAllAtOnce, "a rate of 0 or inf in --request-rates"],
    ["--early-stop-after", "earlyStopAfter", values.earlyStop, "--early-stop"],
    [
      "--early-stop-after",
      "earlyStopAfter",
      hasRates,
      "a rate above 0 in --request-rates, --auto or --find-capacity",
    ],
    ["--good", "good", values.findCapacity, "--find-capacity"],
    ["--capacity-requests", "capacityRequests", values.findCapacity, "--find-capacity"],
    ["--capacity-time", "capacityTime", values.findCapacity, "--find-capacity"],
    ["--level-figures", "levelFigures", values.figures !== "none", "--figures png or svg"],
  ] as const) {
    if (isGiven(key) && !isUsed) throw usageError(`${flag} has no effect without ${needs}`);
  }
  if (values.until.length > 0 && isGiven("duration")) throw twoEnds();
  if (values.resume && values.overwrite)
    throw usageError("--resume keeps what --overwrite would replace", "Give one of them.");
  if (values.resume && values.outdir === undefined)
    throw usageError(
      "--resume needs to know which profile to go on with",
      "Name its directory with --outdir.",
    );
  if (values.findCapacity && values.slo === undefined)
    throw usageError(
      "--find-capacity needs to know what a good request is",
      "Say it with --slo, as in --slo ttft=500ms,tpot=50ms.",
    );
}
