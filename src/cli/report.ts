import { existsSync } from "node:fs";
import { join } from "node:path";
import { figuresOf, tools } from "../benchmarks/serving/definitions.ts";
import { readRecords } from "../benchmarks/serving/record-file.ts";
import { ExitCode, usageError } from "../core/errors.ts";
import { definitionsText } from "../report/definitions-text.ts";
import { strictJson } from "../results/strict-json.ts";
import { command } from "./command.ts";
import { optional, withDefault } from "./flags/flag.ts";
import * as kind from "./flags/kinds.ts";
import { printResult } from "./output.ts";
import { notes } from "./ui/notes.ts";

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
    const path = join(directory, "requests.jsonl");
    if (!existsSync(path)) throw usageError(`${directory} is no run directory: it has no requests.jsonl`);
    const { records, isCutOff } = readRecords(path);
    if (isCutOff)
      notes.warn(`${path} ends in the middle of a line (the run was killed): that line is left out`);
    const result = figuresOf(values.definitions, records);
    printResult(
      values.json
        ? strictJson({ tool: values.definitions, unit: "ms", ...result })
        : definitionsText(values.definitions, records),
    );
    return ExitCode.ok;
  },
});
