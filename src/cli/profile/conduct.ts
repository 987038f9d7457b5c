import { figuresAtCapacity } from "../../benchmarks/profile/at-capacity.ts";
import type { IdleCheck } from "../../benchmarks/profile/idle.ts";
import { IdleProbe } from "../../benchmarks/profile/idle-probe.ts";
import { exitOf } from "../../benchmarks/profile/judge.ts";
import type { Level } from "../../benchmarks/profile/level.ts";
import { loneLevel, lostAlone } from "../../benchmarks/profile/lone-requests.ts";
import type { LevelResult, Profile } from "../../benchmarks/profile/profile-shape.ts";
import { ExitCode, messageOf, type ToolError } from "../../core/errors.ts";
import { formatDuration } from "../../core/units.ts";
import type { MetadataFile } from "../../results/metadata.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { strictJson } from "../../results/strict-json.ts";
import { printNote, printResult } from "../output.ts";
import { figureLookOf } from "../serving/figures.ts";
import { notes } from "../ui/notes.ts";
import { withSpinner } from "../ui/spinner.ts";
import { ProfileBook } from "./book.ts";
import type { ProfileConfig } from "./config.ts";
import { drawProfile, writeProfilePage } from "./figures.ts";
import { levelDirectory } from "./files.ts";
import { headingOf } from "./heading.ts";
import { levelValues, type ProfileValues } from "./level-values.ts";
import { startProfileMetadata } from "./open.ts";
import { type LevelDeps, runLevel } from "./run-level.ts";
import { interruptedBetween, isEnd, Sequence } from "./sequence.ts";
import type { TimeLimit } from "./time-limit.ts";

/** A profile that is planned and whose server was asked. */
export interface Conducted {
  values: ProfileValues;
  config: ProfileConfig;
  /** With what an earlier start left. */
  profile: Profile;
  directory: RunDirectory;
  /** Makes room for the profile, once: its first level is about to send. */
  clear(): void;
  ctrlC: AbortSignal;
  /** null: none. */
  limit: TimeLimit | null;
  /** Interrupted by either of them. */
  levels: Omit<LevelDeps, "onSaver" | "onBegin">;
  /** Is given what a second Ctrl-C does before the process ends. */
  onSaver(saveNow: () => void): void;
}

/**
 * Runs the levels, shows and writes each as it ends, and says what came of them all. Nothing is written before the first level that is not
 * kept is about to send.
 * @throws ToolError
 */
export async function conduct(conducted: Conducted): Promise<ExitCode> {
  const { values, profile, directory, ctrlC, limit } = conducted;
  const gone = await runLevels(conducted);
  limit?.stop();
  if (values.json) printResult(strictJson(profile));
  // Whoever interrupted the levels gets the curves over what there is; else Ctrl-C now means the drawing.
  const stop = ctrlC.aborted && profile.run.status === "interrupted" ? null : ctrlC;
  await drawProfile(figureLookOf(values), profile, directory, stop);
  if (values.html) await writeProfilePage(profile, directory, stop);
  notes.info(`results in ${directory.directory}`);
  if (gone !== null) throw gone;
  if (stop?.aborted !== true) return exitOf(profile);
  notes.info(`the drawing was stopped: inferbench report ${directory.directory} draws what is missing`);
  return ExitCode.interrupted;
}

/**
 * Runs what is to be run, and leaves the profile written, complete, interrupted or failed.
 * @returns SERVER_GONE where the server went away and what was measured until then is written; else null
 * @throws ToolError
 */
async function runLevels(conducted: Conducted): Promise<ToolError | null> {
  const { values, config, profile, directory, clear, ctrlC, limit, levels, onSaver } = conducted;
  const saved = profile.levels;
  const print = values.json ? printNote : printResult;
  const book = new ProfileBook(profile, headingOf(profile.run, values, config), directory, print);
  let metadata: MetadataFile | null = null;
  const begin = async () => {
    if (metadata !== null) return;
    clear();
    metadata = await startProfileMetadata(values, profile, directory);
  };
  const finish = (status: "complete" | "interrupted" | "failed", failure: string | null = null) => {
    onSaver(() => {});
    if (metadata === null) return;
    profile.run.failure = failure;
    const isCut = status === "interrupted" && !ctrlC.aborted;
    profile.run.cutBy = isCut ? (limit?.text ?? null) : null;
    try {
      book.close(status);
    } finally {
      metadata.finish(status, Date.now());
    }
  };
  const saveNow = () => {
    finish("interrupted");
    directory.removeEmpty();
  };
  onSaver(saveNow);
  const run = async (level: Level, idle: IdleCheck | null) => {
    const own = levelValues(values, level, levelDirectory(level), config.waitsForAll);
    try {
      return await runLevel(level, own, idle, {
        ...levels,
        async onBegin() {
          await begin();
          if (levels.interrupt.aborted) throw interruptedBetween();
          if (values.findCapacity) profile.capacity = null;
          book.begin(level);
        },
        onSaver: (saveLevel) =>
          onSaver(() => {
            saveLevel();
            saveNow();
          }),
      });
    } finally {
      onSaver(saveNow);
    }
  };
  const probe = idleProbe(levels);
  const sequence = new Sequence({
    values,
    config,
    saved,
    probe,
    baseline: () => baselineOf(conducted, probe),
    interrupt: levels.interrupt,
    run,
    onLevel(result, isKept) {
      if (isKept) book.keep(result);
      else book.add(result);
      sayOf(result, isKept);
      if (values.findCapacity) sayIfLost(result, values.good);
    },
  });
  try {
    await sequence.sweep();
    const slos = levels.verdict.slos?.slos;
    if (values.findCapacity && slos !== undefined) {
      const { found, stoppedBy } = await sequence.capacity({
        share: values.good,
        slos,
        maxRequests: values.capacityRequests,
        maxS: values.capacityTime / 1000,
        onSearch: (expectedS) =>
          notes.info(
            `searching for the capacity: about ${formatDuration(1000 * expectedS)} of sending, at most ${formatDuration(values.capacityTime)} (--capacity-time)`,
          ),
      });
      profile.capacity = { ...found, at: figuresAtCapacity(found, sequence.levels) };
      if (stoppedBy !== null) throw stoppedBy;
    }
    await begin();
    // Trials of a search that is not asked for this time are none of this start's to judge.
    book.retain(
      (level) => sequence.levels.includes(level) || (level.role === "capacity" && !values.findCapacity),
    );
    finish("complete");
    return null;
  } catch (error) {
    const isInterrupted = isEnd(error) && error.code === "INTERRUPTED";
    if (isInterrupted) finish("interrupted");
    else finish("failed", messageOf(error));
    if (!isEnd(error) || metadata === null) throw error;
    return isInterrupted ? null : error;
  }
}

function idleProbe({ asked, checked, clock }: Conducted["levels"]): IdleProbe {
  const target = checked.closesConnections ? { ...asked, keepalive: false } : asked;
  return new IdleProbe(target, checked.settings, clock);
}

/** What the server's answer takes when it has nothing else to do, ms; null where nobody looks, or it does not say. */
async function baselineOf({ values, levels, profile }: Conducted, probe: IdleProbe): Promise<number | null> {
  if (values.idleTimeout === 0) return null;
  const { interrupt } = levels;
  const { ttftMs, failure } = await withSpinner("probing the idle server", probe.baseline(interrupt));
  if (ttftMs !== null) return ttftMs;
  if (!interrupt.aborted)
    notes.warn(
      `${profile.run.endpoint} does not answer a small request well (${failure.message}): nobody looks whether it is idle between levels`,
    );
  return null;
}

/** The sweep goes on for its curve; whoever waits for a capacity need not wait for that. */
function sayIfLost(level: LevelResult, share: number): void {
  const lost = loneLevel([level]) === null ? null : lostAlone(level, share);
  if (lost !== null) notes.warn(`there will be no capacity: ${lost.reason}`);
}

/** What a row has no room for. */
function sayOf({ name, status, warnings, idle }: LevelResult, isKept: boolean): void {
  if (isKept) {
    notes.info(`${name} was kept from the earlier start`);
    return;
  }
  if (idle?.isIdle === false) {
    const { ttftMs, failure, waitedMs, baselineTtftMs } = idle;
    const last = ttftMs === null ? `failed (${failure})` : `took ${Math.round(ttftMs)} ms`;
    notes.warn(
      `${name}: the server was not idle before this level: a small request ${last} after ${Math.round(waitedMs / 1000)} s of waiting; at first one took ${Math.round(baselineTtftMs)} ms`,
    );
  }
  const fewer = warnings.find(({ code }) => code === "fewer-in-flight");
  if (fewer !== undefined) notes.warn(`${name}: ${fewer.message}`);
  const failures = warnings.find(({ code }) => code === "failures");
  if (status === "failed" && failures !== undefined) notes.error(`${name}: ${failures.message}`);
}
