import { join } from "node:path";
import { type Backlog, recordedBacklog } from "../../benchmarks/profile/backlog.ts";
import { type LoadTrial, loadTrial } from "../../benchmarks/profile/capacity/trial.ts";
import type { IdleCheck } from "../../benchmarks/profile/idle.ts";
import { marksOf } from "../../benchmarks/profile/judge.ts";
import { type Level, loadLabel } from "../../benchmarks/profile/level.ts";
import { levelFigures } from "../../benchmarks/profile/level-figures.ts";
import type { LevelResult } from "../../benchmarks/profile/profile-shape.ts";
import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import type { PreflightResult } from "../../benchmarks/serving/preflight.ts";
import type { Session } from "../../benchmarks/serving/session.ts";
import { workerFiles } from "../../benchmarks/serving/workers/record-files.ts";
import type { Clock } from "../../core/clock.ts";
import { figureFiles } from "../../report/figures/serving/names.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import type { MetricsSource } from "../../telemetry/server-metrics/fetch-metrics.ts";
import type { Efficiency } from "../efficiency/efficiency.ts";
import type { ServingValues, verdictOf } from "../serving/config.ts";
import { execute, runFiles } from "../serving/execute.ts";
import { figureLookOf } from "../serving/figures.ts";
import type { Inputs } from "../serving/inputs.ts";
import { loadOf } from "../serving/load.ts";
import { summaryText } from "../serving/outcome.ts";
import { prepare } from "../serving/prepare.ts";
import type { SeedFiles } from "../serving/seed-files.ts";
import { newSalt, type Workload } from "../serving/workload.ts";
import { levelDirectory, writeLatencyProfile } from "./files.ts";
import { LevelWatch } from "./level-watch.ts";

/** What all levels share. */
export interface LevelDeps {
  clock: Clock;
  interrupt: AbortSignal;
  /** The profile's directory. */
  directory: string;
  asked: TargetOptions;
  checked: PreflightResult;
  workload: Workload;
  /** null: one model. */
  trafficSplit: Inputs["trafficSplit"];
  verdict: ReturnType<typeof verdictOf>;
  efficiency: Efficiency;
  /** Seed 004's result files of each level; null: none. */
  seedFiles: SeedFiles | null;
  /** Where the server's metrics are read beside each level; null: nowhere. */
  metricsSource: MetricsSource | null;
  /** Processes that may send, at the most. */
  most: number;
  /** null: levels are run to their ends. */
  earlyStopAfterMs: number | null;
  onSaver(saveNow: () => void): void;
  /** Makes room for the level, once nothing is left to do but to send. @throws ToolError */
  onBegin(): Promise<void>;
}

/**
 * Runs a level as `serving` runs, into a directory of its own; what an earlier run of it left there stays until it is about to send.
 * @throws ToolError, INTERRUPTED where it was interrupted before it began
 */
export async function runLevel(
  level: Level,
  values: ServingValues,
  idle: IdleCheck | null,
  deps: LevelDeps,
): Promise<LevelResult> {
  const { clock, interrupt, workload, trafficSplit, asked, checked, verdict, efficiency, seedFiles, most } =
    deps;
  const { metricsSource } = deps;
  const relative = levelDirectory(level);
  const figures = figureLookOf(values);
  const directory = openRunDirectory(join(deps.directory, relative), {
    overwrite: false,
    resumes: true,
    appearLate: true,
    names: [...runFiles, ...workerFiles(most), ...figureFiles(figures?.format ?? "none")],
  });
  deps.onSaver(() => directory.removeEmpty());
  // No level begins with connections that the one before left open.
  using session = new Bun.FetchSession();
  try {
    // Prompts of the same lengths, which no cache knows from the level before.
    const salt = values.cache === "warm" ? null : (values.cacheSalt ?? newSalt());
    const inputs = { trace: null, ...loadOf(values, null), workload: workload.withSalt(salt), trafficSplit };
    const prepared = await prepare(
      {
        values,
        inputs,
        asked: { ...asked, session },
        checked,
        verdict,
        efficiency,
        figures,
        seedFiles,
        metricsSource,
        directory,
        most,
      },
      clock,
      interrupt,
    );
    // Only a rate that is kept up whatever the server does can be too much for it.
    const watch =
      level.load.kind === "rate" && deps.earlyStopAfterMs !== null
        ? new LevelWatch(clock, deps.earlyStopAfterMs)
        : null;
    await deps.onBegin();
    directory.clear();
    const startedAt = new Date();
    const {
      exit,
      status,
      done,
      table,
      seedFiles: saved,
    } = await execute(prepared, {
      clock,
      interrupt,
      watch,
      isBeyond: () => level.role === "full-throughput" || watch?.verdict?.saturated === true,
      livePrefix: `level ${level.number} · ${loadLabel(level.load)} · `,
      onSaver: deps.onSaver,
      onDone: () => {},
    });
    const text = summaryText(table, done);
    const backlog = level.load.kind === "rate" ? recordedBacklog(done.records) : null;
    const found = {
      status,
      saturated: watch?.verdict?.saturated ?? false,
      idle,
      backlog,
      figures: levelFigures(done.summary),
    };
    return {
      ...level,
      ...found,
      directory: relative,
      seedFiles: saved,
      latencyFile: writeLatencyProfile(deps.directory, startedAt, text),
      startedAt: startedAt.toISOString(),
      exit,
      trial: trialOf(level, done, deps, { endedEarly: found.saturated, backlog }),
      saturation: watch?.verdict ?? null,
      marks: marksOf(found),
      warnings: done.summary.warnings,
    };
  } finally {
    directory.removeEmpty();
  }
}

/** What the capacity search takes from a level: one that its client was unfit to measure counts for nothing, and is measured again. */
function trialOf(
  { load }: Level,
  { records, summary }: Session,
  { verdict: { slos } }: LevelDeps,
  { endedEarly, backlog }: { endedEarly: boolean; backlog: Backlog | null },
): LoadTrial | null {
  if (load.kind !== "rate" || slos === null) return null;
  const { ratePerS } = load;
  const { validity, load: ran } = summary;
  if (!endedEarly && validity.verdict === "unfit")
    return { ratePerS, good: 0, total: 0, saturated: false, unfit: validity.reasons.join("; ") };
  const heldBack = ran.kind === "open" && ran.hitCap !== null;
  return loadTrial(ratePerS, records, slos.slos, { endedEarly, backlog, heldBack });
}
