import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { figuresOf, tools } from "../benchmarks/serving/definitions.ts";
import { readRecords } from "../benchmarks/serving/record-file.ts";
import { isWorkerFile } from "../benchmarks/serving/workers/record-files.ts";
import { ExitCode, usageError } from "../core/errors.ts";
import { definitionsText } from "../report/definitions-text.ts";
import { strictJson } from "../results/strict-json.ts";
import { command } from "./command.ts";
import { optional, withDefault } from "./flags/flag.ts";
import * as kind from "./flags/kinds.ts";
import { printResult } from "./output.ts";
import { notes } from "./ui/notes.ts";

/** requests.jsonl; where a run with workers was stopped before it made that, the workers' own files. @throws ToolError USAGE */
function recordFilesIn(directory: string): string[] {
  const path = join(directory, "requests.jsonl");
  const pieces = existsSync(directory) ? readdirSync(directory).filter(isWorkerFile) : [];
  if (pieces.length > 0) {
    notes.warn(`the run was stopped before its ${pieces.length} workers' records were put together`);
    return pieces.map((name) => join(directory, name));
  }
  if (!existsSync(path)) throw usageError(`${directory} is no run directory: it has no requests.jsonl`);
  return [path];
}

export const reportCommand = command({
  name: "report",
  description: "recompute figures from a run's saved records",
  examples: ["report results/run1 --definitions vllm"],
  operand: "DIR",
  flags: {
    definitions: optional(kind.choice(tools), "show the run as this tool would have measured it", {
      group: "Output",
    }),
    json: withDefault(kind.toggle(), "false", "print JSON instead of the table", { group: "Output" }),
  },
  async run({ values }, operands) {
    const [directory, ...more] = operands;
    if (directory === undefined || more.length > 0) {
      throw usageError("report takes one run directory", "It is what serving was given as --outdir.");
    }
    if (values.definitions === undefined)
      throw usageError(`report needs --definitions, one of ${tools.join(", ")}`);
    const records = recordFilesIn(directory).flatMap((path) => {
      const file = readRecords(path);
      if (file.isCutOff)
        notes.warn(`${path} ends in the middle of a line (the run was killed): that line is left out`);
      return file.records;
    });
    records.sort((a, b) => a.intendedAt - b.intendedAt || a.index - b.index);
    const result = figuresOf(values.definitions, records);
    printResult(
      values.json
        ? strictJson({ tool: values.definitions, unit: "ms", ...result })
        : definitionsText(values.definitions, records),
    );
    return ExitCode.ok;
  },
});
