import { basename } from "node:path";
import { makeLevel } from "../../benchmarks/profile/level.ts";
import type { Profile } from "../../benchmarks/profile/profile-shape.ts";
import type { ExitCode } from "../../core/errors.ts";
import { interruptible } from "../../core/signals.ts";
import { version } from "../../core/version.ts";
import { systemClock } from "../../native/system-clock.ts";
import { spareCores } from "../../results/environment/spare-cores.ts";
import { efficiencyOf } from "../efficiency/efficiency.ts";
import { targetOf, verdictOf } from "../serving/config.ts";
import { inputsOf } from "../serving/inputs.ts";
import { checkTarget } from "../serving/prepare.ts";
import { seedFilesOf } from "../serving/seed-files.ts";
import { metricsSourceOf } from "../serving/server-metrics.ts";
import { conduct } from "./conduct.ts";
import { configOf, type Sources } from "./config.ts";
import { levelValues, type ProfileValues } from "./level-values.ts";
import { openProfile, refuseOtherPlan } from "./open.ts";
import { planRecord } from "./plan-record.ts";
import { timeLimit } from "./time-limit.ts";

/** How a profile ended. */
export interface ProfileEnd {
  exit: ExitCode;
  /** Whether Ctrl-C came. */
  isStopped: boolean;
}

/** Runs all levels of a profile, one row of its table after the other. @throws ToolError */
export async function runProfile(values: ProfileValues, sources: Sources): Promise<ProfileEnd> {
  using limit = timeLimit(values.maxTime);
  const clock = systemClock();
  const config = configOf(values, sources);
  // What levels share is read through the flags of one of them.
  const one = makeLevel(1, "listed", { kind: "rate", ratePerS: 1 }, config.limits);
  const shared = levelValues(values, one, "", config.waitsForAll);
  const asked = targetOf(shared, process.env);
  const verdict = verdictOf(shared);
  const efficiency = efficiencyOf(values);
  const metricsSource = metricsSourceOf(shared, asked);
  const { workload, trafficSplit } = await inputsOf(shared, process.env);
  const seedFiles = await seedFilesOf(shared, process.env);
  const most = values.workers === "auto" ? spareCores() : values.workers;

  let saveNow = () => {};
  const { signal: ctrlC, dispose } = interruptible(() => saveNow());
  const interrupt = limit === null ? ctrlC : AbortSignal.any([ctrlC, limit.signal]);
  const { directory, earlier, clear } = openProfile(values, most);
  try {
    const checked = await checkTarget(shared, asked, metricsSource, clock, interrupt);
    const model = checked.asked.join(",");
    const plan = planRecord(values, asked, model, workload.base);
    if (earlier !== null) refuseOtherPlan(plan, earlier, directory.directory);
    const runName = values.runName ?? basename(directory.directory);
    const profile: Profile = {
      schemaVersion: 1,
      benchmark: "profile",
      run: {
        tool: "inferbench",
        version,
        runName,
        status: earlier?.run.status ?? "running",
        cutBy: null,
        failure: null,
        startedAt: earlier?.run.startedAt ?? new Date().toISOString(),
        endpoint: String(plan.endpoint),
        backend: asked.protocol.name,
        model,
        seed: values.seed,
      },
      plan,
      validity: earlier?.validity ?? { verdict: "fit", reasons: [] },
      slos: verdict.slos,
      levels: earlier?.levels ?? [],
      capacity: earlier?.capacity ?? null,
    };
    const exit = await conduct({
      values,
      config,
      profile,
      directory,
      clear,
      ctrlC,
      limit,
      levels: {
        clock,
        interrupt,
        directory: directory.directory,
        asked,
        checked,
        workload,
        trafficSplit,
        verdict,
        efficiency,
        seedFiles,
        metricsSource,
        most,
        earlyStopAfterMs: values.earlyStop ? values.earlyStopAfter : null,
      },
      onSaver(save) {
        saveNow = save;
      },
    });
    return { exit, isStopped: ctrlC.aborted };
  } finally {
    directory.removeEmpty();
    dispose();
  }
}
