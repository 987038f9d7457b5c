import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isWorkerFile } from "../../benchmarks/serving/workers/record-files.ts";
import { STEPS_FOLDER } from "../../benchmarks/storage/row-files.ts";
import { usageError } from "../../core/errors.ts";
import { notes } from "../ui/notes.ts";

/** requests.jsonl; where a run with workers was stopped before it made that, the workers' own files. @throws ToolError USAGE */
export function recordFilesIn(directory: string): string[] {
  const path = join(directory, "requests.jsonl");
  const pieces = existsSync(directory)
    ? readdirSync(directory)
        .filter(isWorkerFile)
        .filter((name) => statSync(join(directory, name)).size > 0)
    : [];
  if (pieces.length > 0) {
    warnOnce(
      `${directory}: the run was stopped before its ${pieces.length} workers' records were put together`,
    );
    return pieces.map((name) => join(directory, name));
  }
  if (!existsSync(path))
    throw usageError(
      `${directory} is no run directory: it has neither requests.jsonl of serving, nor ${STEPS_FOLDER} of storage, nor profile.json`,
    );
  return [path];
}

/** Says that a killed run's last line is left out. */
export function sayCutOff(path: string): void {
  warnOnce(`${path} ends in the middle of a line (the run was killed): that line is left out`);
}

const said = new Set<string>();

/** Records of a killed run are read twice. */
function warnOnce(text: string): void {
  if (!said.has(text)) notes.warn(text);
  said.add(text);
}
