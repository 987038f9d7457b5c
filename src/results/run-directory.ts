import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { dirname, isAbsolute, join, normalize, resolve, sep } from "node:path";
import { systemCode, ToolError, usageError } from "../core/errors.ts";
import { lockDirectory } from "../native/directory-lock.ts";
import { replaceFile, temporaryName } from "./atomic-file.ts";
import { outputError } from "./output-error.ts";

export interface RunDirectoryOptions {
  /** Whether a directory that holds something already may be used. */
  overwrite: boolean;
  /** Whether another process of the same run has made the directory: what else it holds is that one's. */
  joins?: boolean;
  /** Whether an earlier run is gone on with: whatever is there stays, its files of the declared names, too. */
  resumes?: boolean;
  /** Whether files appear only when they are written, after it was tried whether each can be made. Else all are there at once, empty. */
  appearLate?: boolean;
  /** Whether no other process may claim it for as long as this one lives: it writes there for longer than a moment. */
  claims?: boolean;
  /** Every file that this run may write, relative to the directory; `sub/0.csv` makes the folder too. */
  names: readonly string[];
  /** Those that other processes of the same run may write beside it. */
  othersNames?: readonly string[];
}

/** The one directory that a run writes to. */
export interface RunDirectory {
  /** Absolute. */
  readonly directory: string;
  /**
   * Declares one more file, and makes it, whose name was not known before.
   * @throws ToolError when it cannot be made
   */
  declare(name: string): void;
  /** The absolute path of one of the declared names. */
  path(name: string): string;
  /**
   * Replaces one of the declared files in one step.
   * @param content the text, or its slices in order (see csv.ts), or bytes
   * @throws ToolError that names the file and says what is kept
   */
  writeAtomic(name: string, content: string | Iterable<string> | Uint8Array): void;
  /**
   * Where one of the declared files is written that is begun before an earlier run's is given up: beside it, under a temporary name, until
   * `settle`, or else until `removeEmpty`.
   */
  early(name: string): string;
  /** Gives a file that was begun early its name, whoever has it open; nothing where there is none. @throws ToolError */
  settle(name: string): void;
  /** Removes one of the declared files, if it is there. */
  remove(name: string): void;
  /**
   * Takes away what an earlier run left in the declared files: for a directory that was opened with `resumes`, once the new run is sure to begin.
   * @throws ToolError when one of them cannot be made anew
   */
  clear(): void;
  /**
   * Removes the declared files that are still empty, and their folders inside the directory, so that what was not measured leaves no file. Where
   * nothing is left, so is no directory that was made for the run.
   */
  removeEmpty(): void;
}

/** Holds nothing of anyone's: the root of a freshly made ext4 volume has one. */
export const NOT_CONTENT: ReadonlySet<string> = new Set(["lost+found"]);

/**
 * Makes a run's directory and, empty, all of its files, so that a bad path fails before any load is sent. What a killed run left there without
 * any content is no hindrance.
 * With `overwrite`, earlier files of the declared names are removed first; nothing else is ever touched.
 * @throws ToolError (wrong usage, or the environment) when the run could not write its results there
 */
export function openRunDirectory(path: string, options: RunDirectoryOptions): RunDirectory {
  const directory = resolve(path);
  const names = options.names.map(checkedName);
  const made = makeDirectory(directory);
  try {
    if (options.claims === true) claim(directory);
    const mayHoldContent = options.overwrite || options.joins === true || options.resumes === true;
    if (!mayHoldContent) refuseContent(directory, [...names, ...(options.othersNames ?? [])]);
    createAll(directory, names, options);
  } catch (error) {
    removeMade(directory, made);
    throw error;
  }

  const pathOf = (name: string) => {
    const known = checkedName(name);
    if (!names.includes(known)) throw new Error(`${name} is not among the files declared for this run`);
    return join(directory, known);
  };
  const early = new Set<string>();
  return {
    directory,
    declare(name) {
      const known = checkedName(name);
      createAll(directory, [known], options);
      names.push(known);
    },
    path: pathOf,
    writeAtomic(name, content) {
      try {
        replaceFile(pathOf(name), content);
      } catch (error) {
        if (systemCode(error) === undefined) throw error;
        const kept = `The other files in ${directory} are kept, and an earlier ${name} is unchanged.`;
        throw outputError(error, `cannot write ${name} in ${directory}`, kept);
      }
    },
    early(name) {
      early.add(name);
      return temporaryName(pathOf(name));
    },
    settle(name) {
      try {
        renameSync(temporaryName(pathOf(name)), pathOf(name));
      } catch (error) {
        if (systemCode(error) !== "ENOENT") throw outputError(error, `cannot write ${name} in ${directory}`);
      }
      early.delete(name);
    },
    remove(name) {
      rmSync(pathOf(name), { force: true });
    },
    clear() {
      createAll(directory, names, { ...options, overwrite: true }, early);
    },
    removeEmpty() {
      for (const name of early) rmSync(temporaryName(pathOf(name)), { force: true });
      for (const name of names) {
        const file = join(directory, name);
        if (isEmptyFile(file)) unlinkSync(file);
      }
      for (const folder of new Set(names.map((name) => dirname(join(directory, name)))))
        if (folder !== directory) removeIfEmpty(folder);
      removeMade(directory, made);
    },
  };
}

/** Takes away the directory and those above it up to the outermost that was made, while they are empty. @param made null: none was */
function removeMade(directory: string, made: string | null): void {
  if (made === null) return;
  for (let folder = directory; removeIfEmpty(folder) && folder !== made; folder = dirname(folder));
}

/** @returns whether it is gone */
function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return true;
    if (!["ENOTEMPTY", "EEXIST"].includes(systemCode(error) ?? "")) throw error;
    return false;
  }
}

function checkedName(name: string): string {
  const known = normalize(name);
  const leaves = isAbsolute(known) || known === "." || known === ".." || known.startsWith(`..${sep}`);
  if (leaves || known.endsWith(sep)) throw new Error(`${name} is no file name inside a run directory`);
  return known;
}

/** @returns the outermost directory that had to be made; null: it was there */
function makeDirectory(directory: string): string | null {
  try {
    return mkdirSync(directory, { recursive: true }) ?? null;
  } catch (error) {
    throw outputError(error, `cannot make the output directory ${directory}`);
  }
}

function claim(directory: string): void {
  if (lockDirectory(directory) !== null) return;
  throw usageError(
    `another run is writing to ${directory} just now`,
    "Wait for its end, or name another directory.",
  );
}

/** @param names files of the run, which count as nothing while they are empty, as do their folders and temporary files */
function refuseContent(directory: string, names: readonly string[]): void {
  const temporary = names.map(temporaryName);
  const isContent = (entry: string): boolean => {
    const path = join(directory, entry);
    const stat = lstatSync(path);
    if (stat.isFile() && names.includes(entry)) return stat.size > 0;
    if (!stat.isDirectory()) return !temporary.includes(entry);
    const isOurs = names.some((name) => name.startsWith(entry + sep));
    return !isOurs || readdirSync(path).some((inner) => isContent(join(entry, inner)));
  };
  let entries: string[];
  try {
    entries = readdirSync(directory).filter((entry) => !NOT_CONTENT.has(entry) && isContent(entry));
  } catch (error) {
    throw outputError(error, `cannot read the output directory ${directory}`);
  }
  if (entries.length === 0) return;
  throw usageError(
    `the output directory ${directory} is not empty (it holds ${entries.slice(0, 3).join(", ")})`,
    "Name another directory, or pass --overwrite to replace the result files in it.",
  );
}

function createAll(
  directory: string,
  names: readonly string[],
  { overwrite, resumes = false, appearLate = false }: RunDirectoryOptions,
  early: ReadonlySet<string> = new Set(),
): void {
  const created: string[] = [];
  for (const name of names) {
    const file = join(directory, name);
    try {
      mkdirSync(dirname(file), { recursive: true });
      refuseOutside(directory, file);
      if (overwrite || isEmptyFile(file)) rmSync(file, { force: true });
      if (!early.has(name)) rmSync(temporaryName(file), { force: true });
      if (resumes && existsSync(file)) continue;
      closeSync(openSync(file, "wx"));
      created.push(file);
      if (appearLate) rmSync(file);
    } catch (error) {
      // A second try must not find the directory filled by the first.
      for (const half of created) rmSync(half, { force: true });
      if (error instanceof ToolError) throw error;
      throw outputError(error, `cannot create ${name} in ${directory}`);
    }
  }
}

function isEmptyFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === 0;
}

/** A folder that is a link to elsewhere would lead writes, and removals, out of the run's directory. */
function refuseOutside(directory: string, file: string): void {
  const root = realpathSync(directory);
  const parent = realpathSync(dirname(file));
  if (parent === root || parent.startsWith(root.endsWith(sep) ? root : root + sep)) return;
  throw usageError(
    `${dirname(file)} is a link out of the output directory`,
    "Remove it, or name another directory.",
  );
}
