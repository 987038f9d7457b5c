import { existsSync, linkSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { environmentError, systemCode } from "../../../core/errors.ts";
import { turnEvery } from "../../../core/wait.ts";
import { throwIfInterrupted } from "./interrupted.ts";

/** What file systems without hard links answer. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);
const TURN_MS = 50;

interface MoveOptions {
  signal?: AbortSignal | undefined;
  onProgress?: (moved: number) => void;
  /** A stand-in for tests. */
  link?: typeof linkSync;
}

/**
 * Moves files from one folder to another on the same volume, in this order, and never over one that is there. When one cannot be moved, those
 * before it are removed.
 * @throws ToolError DATA_TAKEN where a name is taken, INTERRUPTED; the system error
 */
export async function moveInto(
  from: string,
  to: string,
  names: readonly string[],
  { signal, onProgress, link = linkSync }: MoveOptions = {},
): Promise<void> {
  const moved: string[] = [];
  const pause = turnEvery(TURN_MS);
  try {
    for (const name of names) {
      await pause();
      throwIfInterrupted(signal);
      moveOne(join(from, name), join(to, name), link);
      moved.push(name);
      onProgress?.(moved.length);
    }
  } catch (error) {
    for (const name of moved) rmSync(join(to, name), { force: true });
    throw systemCode(error) === "EEXIST" ? takenError(to, error) : error;
  }
}

/** A link fails where the name is taken, a rename replaces what has it. */
function moveOne(from: string, to: string, link: typeof linkSync): void {
  try {
    link(from, to);
  } catch (error) {
    if (!NO_LINKS.has(systemCode(error))) throw error;
    if (existsSync(to)) throw Object.assign(new Error(`EEXIST: ${to}`), { code: "EEXIST" });
    renameSync(from, to);
    return;
  }
  unlinkSync(from);
}

/** Someone else put something there since it was looked at. */
export function takenError(root: string, cause?: unknown): Error {
  return environmentError(
    "DATA_TAKEN",
    `${root} is not empty any more: another process put files there while samples were made for it`,
    "Nothing of that was touched; start again to use what is there, or name another --data-root.",
    cause,
  );
}
