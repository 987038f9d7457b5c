import { environmentError, messageOf, systemCode, type ToolError, usageError } from "../core/errors.ts";

/**
 * Turns a system error of writing results into one that a person can act on.
 * @param action what was tried, e.g. `cannot write summary.json in /runs/7`
 * @param kept what is safe all the same, one sentence
 */
export function outputError(error: unknown, action: string, kept = ""): ToolError {
  const also = (advice: string) => (kept === "" ? advice : `${kept} ${advice}`);
  const code = systemCode(error);
  switch (code) {
    case "ENOTDIR":
    case "EEXIST":
      return usageError(`${action}: a part of the path is a file`, also("Name a directory."));
    case "EISDIR":
    case "ERR_FS_EISDIR":
      return usageError(`${action}: there is a directory of that name`, also("Name another directory."));
    case "ENAMETOOLONG":
    case "ELOOP":
    case "ENOENT":
      return usageError(`${action}: ${code}, the path cannot be used`, also("Name another directory."));
    case "EACCES":
    case "EPERM":
      return environmentError(
        "OUTPUT_DENIED",
        `${action}: no permission`,
        also("Name a directory that you may write to."),
        error,
      );
    case "EROFS":
      return environmentError(
        "OUTPUT_READ_ONLY",
        `${action}: the file system is read-only`,
        also("Name a directory on a writable volume."),
        error,
      );
    case "ENOSPC":
    case "EDQUOT":
      return environmentError(
        "OUTPUT_NO_SPACE",
        `${action}: no space left (${code})`,
        also("Free some space, or name a directory on another volume."),
        error,
      );
    case "EFBIG":
      return environmentError(
        "OUTPUT_TOO_LARGE",
        `${action}: the file would be larger than allowed (EFBIG)`,
        also("Raise the limit (ulimit -f)."),
        error,
      );
    default:
      return environmentError(
        "OUTPUT_FAILED",
        `${action}: ${messageOf(error)}`,
        kept === "" ? undefined : kept,
        error,
      );
  }
}
