import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadMsOf } from "../../../benchmarks/storage/pipeline/rows.ts";
import { rowFileNames, STEPS_FOLDER } from "../../../benchmarks/storage/row-files.ts";
import { usageError } from "../../../core/errors.ts";
import { readNumbers } from "./csv-columns.ts";
import type { RankRows, SavedRows } from "./rank-rows.ts";
import { wholeSteps } from "./whole-steps.ts";

const MICROBATCH = ["step", "samples", "bytes", "readStartAt", "readEndAt", "copyMs", "gotAt"] as const;
/** Of microbatches that went to a GPU. */
const OPTIONAL = ["copyMs"] as const;
const STEP = ["step", "samples", "askedAt", "loadedAt", "computeEndAt", "computeMs"] as const;

/** The rows of all ranks in a run's directory, of steps that are there with all their microbatches. @throws ToolError USAGE where there are none, or a file holds something else */
export function readRows(directory: string): SavedRows {
  const own = ranksIn(join(directory, "steps"));
  const writer = own.length > 0 ? "inferbench" : "python";
  const cutOff: string[] = [];
  const read = writer === "inferbench" ? readOwn : readPython;
  const ranks = (own.length > 0 ? own : ranksIn(join(directory, STEPS_FOLDER)))
    .map((rank) => read(directory, rank, cutOff))
    .filter(({ steps }) => steps.step.some((step) => step >= 0));
  if (ranks.length === 0)
    throw usageError(`${directory} has no step that was finished: there is nothing to report`);
  return { writer, ranks, cutOff };
}

/** The numbers of the files `<rank>.csv` in a folder, ascending. */
function ranksIn(folder: string): number[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).flatMap((name) => /^(\d+)\.csv$/.exec(name)?.[1] ?? []);
  return names.map(Number).sort((a, b) => a - b);
}

function readOwn(directory: string, rank: number, cutOff: string[]): RankRows {
  const names = rowFileNames(rank);
  const steps = table(join(directory, names.steps), STEP, true, cutOff);
  const { readStartAt, readEndAt, copyMs, ...rest } = table(
    join(directory, names.microbatches),
    MICROBATCH,
    true,
    cutOff,
    OPTIONAL,
  );
  const loadMs = readEndAt.map((endAt, i) =>
    loadMsOf({ readStartAt: readStartAt[i]!, readEndAt: endAt, copyMs: copyMs[i]! }),
  );
  return wholeSteps({ rank, steps, microbatches: { ...rest, loadMs } });
}

/**
 * The Python tool has a step's whole time, its compute included, and each microbatch's loading. It loads one after the other, each one file,
 * and then computes: so a step's loading is the sum of its microbatches', a sample is a file, and instants follow from the times.
 */
function readPython(directory: string, rank: number, cutOff: string[]): RankRows {
  const names = rowFileNames(rank);
  const steps = table(join(directory, names.seedSteps), ["step", "seconds"], false, cutOff);
  const rows = table(
    join(directory, names.seedMicrobatches),
    ["step", "microbatch", "seconds"],
    false,
    cutOff,
  );
  const perStep = Map.groupBy(rows.seconds.keys(), (row) => rows.step[row]!);
  const loadMs = rows.seconds.map((seconds) => 1000 * seconds);
  const gotAt = new Float64Array(loadMs.length);
  const [askedAt, loadedAt, computeEndAt] = [0, 0, 0].map(() => new Float64Array(steps.step.length));
  let at = 0;
  for (const [i, step] of steps.step.entries()) {
    askedAt![i] = at;
    let loadedUntil = at;
    for (const row of perStep.get(step) ?? []) {
      loadedUntil += loadMs[row]!;
      gotAt[row] = loadedUntil;
    }
    loadedAt![i] = loadedUntil;
    at = Math.max(at + 1000 * steps.seconds[i]!, loadedUntil);
    computeEndAt![i] = at;
  }
  return {
    rank,
    steps: {
      step: steps.step,
      samples: steps.step.map((step) => perStep.get(step)?.length ?? 0),
      askedAt: askedAt!,
      loadedAt: loadedAt!,
      computeEndAt: computeEndAt!,
      computeMs: computeEndAt!.map((endAt, i) => endAt - loadedAt![i]!),
    },
    microbatches: {
      step: rows.step,
      samples: rows.step.map(() => 1),
      // Nothing says how large its samples were.
      bytes: rows.step.map(() => 0),
      loadMs,
      gotAt,
    },
  };
}

function table<Name extends string>(
  path: string,
  names: readonly Name[],
  hasHeader: boolean,
  cutOff: string[],
  optional: readonly Name[] = [],
): Record<Name, Float64Array> {
  if (!existsSync(path)) throw usageError(`${path} is not there, and belongs to this run's steps`);
  const { columns, isCutOff } = readNumbers(path, names, hasHeader, optional);
  if (isCutOff) cutOff.push(path);
  return columns;
}
