import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  MICROBATCH_FIELDS,
  type MicrobatchRow,
  STEP_FIELDS,
  type StepRow,
} from "../../benchmarks/storage/pipeline/rows.ts";
import { ToolError } from "../../core/errors.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import { storageFileNames } from "./files.ts";
import { RunOutput } from "./output.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-output-"));
afterAll(() => rmSync(folder, { recursive: true }));

const names = storageFileNames({ rank: 0, ranks: 1 });
let outputs = 0;

/** In a directory that has an earlier run's summary. */
function openOutput(beginMetadata?: () => never) {
  const options = { overwrite: false, resumes: true, appearLate: true, names: Object.values(names) };
  const directory = openRunDirectory(join(folder, String(outputs++)), options);
  writeFileSync(directory.path("summary.json"), "earlier");
  writeFileSync(directory.early("gpu_memory.csv"), "gpu");
  const failed: true[] = [];
  const output = new RunOutput({
    directory,
    names,
    rank: 0,
    clear: () => directory.clear(),
    beginMetadata:
      beginMetadata ??
      (() => {
        directory.writeAtomic("metadata.yaml", "running");
        return { finish: (status) => directory.writeAtomic("metadata.yaml", status) };
      }),
    onFailed: () => failed.push(true),
  });
  const stepsIn = () => readFileSync(directory.path("steps/0.csv"), "utf8").trim().split("\n").slice(1);
  return { output, directory, failed, stepsIn };
}

const rowsOf = (step: number): [MicrobatchRow[], StepRow[]] => [
  [{ ...(Object.fromEntries(MICROBATCH_FIELDS.map((name) => [name, 1])) as MicrobatchRow), step }],
  [{ ...(Object.fromEntries(STEP_FIELDS.map((name) => [name, 1])) as StepRow), step }],
];

test("an earlier run stays until the first counted step, with which all rows until then are written", () => {
  const { output, directory, stepsIn } = openOutput();
  output.add(...rowsOf(-2));
  output.add(...rowsOf(-1));
  output.finish("failed", 0);
  output.discard();
  expect([output.hasMeasured, readFileSync(directory.path("summary.json"), "utf8")]).toEqual([
    false,
    "earlier",
  ]);
  expect(existsSync(directory.path("metadata.yaml"))).toBe(false);
  output.add(...rowsOf(0));
  output.add(...rowsOf(1));
  output.close();
  expect([output.hasMeasured, existsSync(directory.path("summary.json"))]).toEqual([true, false]);
  expect(stepsIn().map((line) => line.split(",")[0])).toEqual(["-2", "-1", "0", "1"]);
  expect(readFileSync(directory.path("gpu_memory.csv"), "utf8")).toBe("gpu");
});

test("a run that is done again has the rows of the last time only", () => {
  const { output, stepsIn } = openOutput();
  output.add(...rowsOf(0));
  output.restart();
  output.add(...rowsOf(-1));
  output.add(...rowsOf(0));
  output.close();
  expect(stepsIn().map((line) => line.split(",")[0])).toEqual(["-1", "0"]);
});

test("files that cannot be begun end the run, and are an error", () => {
  const error = new ToolError("OUTPUT_NO_SPACE", "no space");
  const { output, failed } = openOutput(() => {
    throw error;
  });
  output.add(...rowsOf(0));
  output.add(...rowsOf(1));
  expect([output.error, output.hasMeasured, failed]).toEqual([error, false, [true]]);
});

test("what was begun and measured nothing is taken away", () => {
  const { output, directory } = openOutput();
  output.begin();
  output.begin();
  expect(readFileSync(directory.path("metadata.yaml"), "utf8")).toBe("running");
  output.discard();
  directory.removeEmpty();
  expect(existsSync(directory.directory) ? readdirSync(directory.directory) : []).toEqual([]);
});
