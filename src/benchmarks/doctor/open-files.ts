import { formatNumber } from "../../core/units.ts";
import { type Check, ok, warn } from "./check.ts";

/** Each open request takes a connection, and each connection a file. */
const LEAST_FILES = 4096;

/** @param limit of this process, which inferbench raises to the hard limit as it starts */
export function openFilesCheck({ soft, hard }: { soft: number; hard: number }): Check {
  const found = `${shown(soft)} at once, hard limit ${shown(hard)}`;
  return soft < LEAST_FILES
    ? warn(
        "open-files",
        found,
        "So many requests at once at the most. Raise it: ulimit -Hn 65536, or LimitNOFILE= of the service.",
      )
    : ok("open-files", found);
}

/** No limit is 2^64 - 1. */
function shown(limit: number): string {
  return limit >= 2 ** 63 ? "none" : formatNumber(limit);
}
