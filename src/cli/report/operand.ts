import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { STEPS_FOLDER } from "../../benchmarks/storage/row-files.ts";
import { usageError } from "../../core/errors.ts";
import { METADATA_FILE } from "../../results/metadata.ts";

/** What `report` was given: a run's directory, by the benchmark that made it, or one file with another tool's result. */
export interface Operand {
  kind: "serving" | "storage" | "profile" | "result-file";
  path: string;
}

/**
 * All operands, of one kind; other tools' results are of serving, and stand beside such runs.
 * @throws ToolError USAGE where one does not exist, or two are of different kinds
 */
export function operandsOf(paths: readonly string[]): [Operand, ...Operand[]] {
  const [first, ...more] = paths.map(operandOf);
  if (first === undefined)
    throw usageError(
      "report takes a run directory or a result file, or several",
      "A run directory is what serving was given as --outdir; result files are those of vllm bench serve and of inference-benchmark.",
    );
  const other = more.find(({ kind }) => subjectOf(kind) !== subjectOf(first.kind));
  if (other !== undefined)
    throw usageError(
      `${first.path} is of ${named[first.kind]}, and ${other.path} is of ${named[other.kind]}`,
      "Report on runs of one kind at a time.",
    );
  return [first, ...more];
}

function subjectOf(kind: Operand["kind"]): string {
  return kind === "result-file" ? "serving" : kind;
}

const named: Record<Operand["kind"], string> = {
  serving: "a serving run",
  storage: "a storage run",
  profile: "a profile",
  "result-file": "another tool's load test",
};

/** Whether it is another tool's result; a run of ours is a directory. */
export function isResultFile(path: string): boolean {
  return !statSync(path).isDirectory();
}

function operandOf(path: string): Operand {
  if (!existsSync(path)) throw usageError(`${path}: there is no such directory or file`);
  if (isResultFile(path)) return { kind: "result-file", path };
  if (existsSync(join(path, "profile.json"))) return { kind: "profile", path };
  // The Python tool's directories have no metadata.yaml that says so.
  if (benchmarkOf(path) === "storage" || existsSync(join(path, STEPS_FOLDER)))
    return { kind: "storage", path };
  return { kind: "serving", path };
}

/** Which benchmark wrote a directory, by the head of its metadata.yaml; null where none says so. */
function benchmarkOf(directory: string): string | null {
  const path = join(directory, METADATA_FILE);
  if (!existsSync(path)) return null;
  return /^benchmark: (\S+)$/m.exec(readFileSync(path, "utf8"))?.[1] ?? null;
}
