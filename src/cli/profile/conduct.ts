import { figuresAtCapacity } from "../../benchmarks/profile/at-capacity.ts";
import type { IdleCheck } from "../../benchmarks/profile/idle.ts";
import { IdleProbe } from "../../benchmarks/profile/idle-probe.ts";
import { exitOf } from "../../benchmarks/profile/judge.ts";
import type { Level } from "../../benchmarks/profile/level.ts";
import type { LevelResult, Profile } from "../../benchmarks/profile/profile-shape.ts";
import { type ExitCode, ToolError } from "../../core/errors.ts";
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
import { Sequence } from "./sequence.ts";

/** A profile that is planned and whose server was asked. */
export interface Conducted {
  values: ProfileValues;
  config: ProfileConfig;
  /** Without levels yet. */
  profile: Profile;
  /** What an earlier start left; null: nothing. */
  earlier: Profile | null;
  directory: RunDirectory;
  levels: Omit<LevelDeps, "onSaver">;
  /** Is given what a second Ctrl-C does before the process ends. */
  onSaver(saveNow: () => void): void;
}

/** Runs the levels, shows and writes each as it ends, and says what came of them all. @throws ToolError */
export async function conduct(conducted: Conducted): Promise<ExitCode> {
  const { values, config, profile, earlier, directory, levels, onSaver } = conducted;
  const metadata = await startProfileMetadata(values, profile, directory);
  const print = values.json ? printNote : printResult;
  const book = new ProfileBook(profile, headingOf(profile.run, values, config), directory, print);
  const finish = (status: "complete" | "interrupted" | "failed") => {
    try {
      book.close(status);
    } finally {
      metadata.finish(status, Date.now());
    }
  };
  const saverBetween = () => onSaver(() => finish("interrupted"));
  saverBetween();
  const run = async (level: Level, idle: IdleCheck | null) => {
    const own = levelValues(values, level, levelDirectory(level), config.waitsForAll);
    try {
      return await runLevel(level, own, idle, {
        ...levels,
        onSaver: (saveLevel) =>
          onSaver(() => {
            saveLevel();
            finish("interrupted");
          }),
      });
    } finally {
      saverBetween();
    }
  };
  try {
    const sequence = new Sequence({
      values,
      config,
      saved: earlier?.levels ?? [],
      idle: await idleOf(conducted),
      interrupt: levels.interrupt,
      run,
      onLevel: (result, isKept) => {
        book.add(result);
        sayOf(result, isKept);
      },
    });
    await sequence.sweep();
    const slos = levels.verdict.slos?.slos;
    if (values.findCapacity && slos !== undefined) {
      const found = await sequence.capacity(values.good, slos, values.capacityRequests);
      profile.capacity = { ...found, at: figuresAtCapacity(found.ratePerS, profile.levels) };
    }
    finish("complete");
  } catch (error) {
    const isInterrupted = error instanceof ToolError && error.code === "INTERRUPTED";
    finish(isInterrupted ? "interrupted" : "failed");
    if (!isInterrupted) throw error;
  }
  if (values.json) printResult(strictJson(profile));
  await drawProfile(figureLookOf(values), profile, directory);
  if (values.html) await writeProfilePage(profile, directory);
  notes.info(`results in ${directory.directory}`);
  return exitOf(profile);
}

/** What the server's answer takes when it has nothing else to do; null where nobody looks, or it does not say. */
async function idleOf({ values, levels, profile }: Conducted) {
  if (values.idleTimeout === 0) return null;
  const { asked, checked, clock } = levels;
  const target = checked.closesConnections ? { ...asked, keepalive: false } : asked;
  const probe = new IdleProbe(target, checked.settings, clock);
  const baselineTtftMs = await withSpinner("probing the idle server", probe.baselineMs());
  if (baselineTtftMs !== null) return { probe, baselineTtftMs };
  notes.warn(
    `${profile.run.endpoint} does not answer a small request well: nobody looks whether it is idle between levels`,
  );
  return null;
}

/** What a row has no room for. */
function sayOf({ name, status, warnings, idle }: LevelResult, isKept: boolean): void {
  if (isKept) {
    notes.info(`${name} was kept from the earlier start`);
    return;
  }
  if (idle?.isIdle === false)
    notes.warn(
      `${name}: the server was not idle before this level: a small request took ${Math.round(idle.ttftMs ?? 0)} ms after ${Math.round(idle.waitedMs / 1000)} s of waiting, ${Math.round(idle.baselineTtftMs)} ms at first`,
    );
  const failures = warnings.find(({ code }) => code === "failures");
  if (status === "failed" && failures !== undefined) notes.error(`${name}: ${failures.message}`);
}
