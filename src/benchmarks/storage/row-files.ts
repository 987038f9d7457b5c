import type { ToolError } from "../../core/errors.ts";
import type { LineWriter } from "../../results/jsonl-writer.ts";
import {
  loadMsOf,
  MICROBATCH_FIELDS,
  type MicrobatchRow,
  STEP_FIELDS,
  type StepRow,
} from "./pipeline/rows.ts";

/** Its being there tells a storage run's directory. */
export const STEPS_FOLDER = "per_step_data_loading_time";

/** Where a rank's rows go, below the run's directory: the seed's two files, and ours. */
export function rowFileNames(rank: number) {
  return {
    seedMicrobatches: `per_microbatch_data_loading_time/${rank}.csv`,
    seedSteps: `${STEPS_FOLDER}/${rank}.csv`,
    microbatches: `microbatches/${rank}.csv`,
    steps: `steps/${rank}.csv`,
  };
}

export type RowFile = keyof ReturnType<typeof rowFileNames>;

/** Writes rows as they come. */
export interface RowFiles {
  add(microbatches: readonly MicrobatchRow[], steps: readonly StepRow[]): void;
  /** Writes what is waiting. Never throws. */
  flushSync(): void;
  close(): void;
  /** Why a file could take no more, or null. */
  readonly error: ToolError | null;
}

/** @param open opens a file, its writer empty */
export function openRowFiles(open: (file: RowFile) => LineWriter): RowFiles {
  const writers = {
    seedMicrobatches: open("seedMicrobatches"),
    seedSteps: open("seedSteps"),
    microbatches: open("microbatches"),
    steps: open("steps"),
  };
  writers.microbatches.append(MICROBATCH_FIELDS.join(","));
  writers.steps.append(STEP_FIELDS.join(","));
  return {
    add(microbatches, steps) {
      for (const row of microbatches) {
        writers.microbatches.append(lineOf(row, MICROBATCH_FIELDS));
        if (row.step < 0) continue;
        const seconds = loadMsOf(row) / 1000;
        // Lines of the seed's files end in \r\n, and have no header.
        writers.seedMicrobatches.append(`${row.step},${row.microbatch},${seconds.toFixed(6)}\r`);
      }
      for (const row of steps) {
        writers.steps.append(lineOf(row, STEP_FIELDS));
        if (row.step < 0) continue;
        writers.seedSteps.append(`${row.step},${((row.loadedAt - row.askedAt) / 1000).toFixed(6)}\r`);
      }
    },
    flushSync() {
      for (const writer of Object.values(writers)) writer.flushSync();
    },
    close() {
      for (const writer of Object.values(writers)) writer.close();
    },
    get error() {
      return Object.values(writers).find((writer) => writer.error !== null)?.error ?? null;
    },
  };
}

function lineOf<Field extends string>(
  row: Readonly<Record<Field, number>>,
  fields: readonly Field[],
): string {
  let cells = "";
  for (const field of fields) cells += `,${shown(row[field])}`;
  return cells.slice(1);
}

/** Whole numbers as they are, instants and times to a tenth of a microsecond; NaN as an empty cell. */
function shown(value: number): string {
  if (Number.isNaN(value)) return "";
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
