import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../../core/errors.ts";
import { METADATA_FILE } from "../../results/metadata.ts";

/**
 * Pictures and page of some runs do not take the places of another run's.
 * @param outdir as it was asked for; absent: where the runs themselves are, or a new place
 * @throws ToolError USAGE where another run is there
 */
export function refuseAnothers(outdir: string | undefined, operands: readonly string[]): void {
  if (outdir === undefined || !existsSync(join(outdir, METADATA_FILE))) return;
  const [only, ...more] = operands;
  if (more.length === 0 && realpathSync(only!) === realpathSync(outdir)) return;
  throw usageError(
    `${outdir} is the directory of another run, whose pictures and page would be replaced`,
    "Name another --outdir.",
  );
}
