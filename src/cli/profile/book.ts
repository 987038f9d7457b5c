import { validityOf } from "../../benchmarks/profile/judge.ts";
import type { Level } from "../../benchmarks/profile/level.ts";
import type { LevelResult, Profile } from "../../benchmarks/profile/profile-shape.ts";
import { profileFoot, profileHead, profileRows, profileRowText } from "../../report/profile-text.ts";
import { COLUMNS, warningText, wrapped } from "../../report/wrapped.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { clearFiles, writeProfile } from "./files.ts";

/** A profile as it grows: each level is shown and written as soon as it is over. Levels of an earlier start stay until others take their places. */
export class ProfileBook {
  readonly profile: Profile;
  readonly #heading: readonly string[];
  readonly #directory: RunDirectory;
  /** Where people read along: stdout, or stderr where that holds JSON. */
  readonly #print: (text: string) => void;

  /** Shows the head of the table; writes nothing yet. */
  constructor(
    profile: Profile,
    heading: readonly string[],
    directory: RunDirectory,
    print: (text: string) => void,
  ) {
    this.profile = profile;
    this.#heading = heading;
    this.#directory = directory;
    this.#print = print;
    print([...heading, "", ...profileHead()].join("\n"));
  }

  /** Writes that this level is about to run: an earlier result of it is none any more. */
  begin({ number }: Pick<Level, "number">): void {
    this.profile.run.status = "running";
    this.#take(this.profile.levels.filter((level) => level.number !== number));
    this.#write();
  }

  /** Shows a level that is kept as it was. */
  keep(level: LevelResult): void {
    this.#print(profileRowText(level));
  }

  /** Takes in a level that is over. */
  add(level: LevelResult): void {
    const others = this.profile.levels.filter(({ number }) => number !== level.number);
    this.#take([...others, level].sort((one, other) => one.number - other.number));
    // A full disk must not cost the reader the numbers, nor a full stdout the files.
    try {
      this.#print(profileRowText(level));
    } finally {
      this.#write();
    }
  }

  /** Leaves out levels of an earlier start that have no place in this one. */
  retain(isWanted: (level: LevelResult) => boolean): void {
    this.#take(this.profile.levels.filter(isWanted));
  }

  /** Shows what follows the last row. */
  close(status: Profile["run"]["status"]): void {
    this.profile.run.status = status;
    const foot = this.#foot();
    try {
      if (foot.length > 0) this.#print(["", ...foot].join("\n"));
    } finally {
      this.#write();
    }
  }

  /** What is no level any more has no table, either. */
  #take(levels: LevelResult[]): void {
    const kept = new Set(levels.map(({ latencyFile }) => latencyFile));
    for (const { latencyFile } of this.profile.levels)
      if (!kept.has(latencyFile)) clearFiles(this.#directory.directory, [latencyFile]);
    this.profile.levels = levels;
    this.profile.validity = validityOf(levels);
  }

  #foot(): string[] {
    const foot = profileFoot(this.profile);
    const { status, cutBy, failure } = this.profile.run;
    if (status === "failed" && failure !== null) return [wrapped(`FAILED: ${failure}`, COLUMNS), ...foot];
    if (status !== "interrupted") return foot;
    return cutBy === null
      ? ["INTERRUPTED: --resume goes on with the levels that are missing.", ...foot]
      : [`CUT SHORT by ${cutBy}: --resume goes on with what is missing.`, ...foot];
  }

  #write(): void {
    const { levels } = this.profile;
    const lines = [...this.#heading, "", ...profileHead(), ...profileRows(levels)];
    const foot = this.#foot();
    const warnings = levels.flatMap(({ name, warnings: of }) =>
      of.map((warning) => warningText(warning, name)),
    );
    const text = [lines.join("\n"), ...(foot.length > 0 ? [foot.join("\n")] : []), ...warnings].join("\n\n");
    writeProfile(this.#directory, this.profile, `${text}\n`);
  }
}
