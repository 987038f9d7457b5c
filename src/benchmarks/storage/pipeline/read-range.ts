import { messageOf, systemCode, ToolError } from "../../../core/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";

/** What to do about SAMPLE_SHORT. */
export const BECAME_SHORTER =
  "The file became shorter since the run began: let nothing write to the samples meanwhile. What was measured until then is kept.";

/** What of a file is read for a sample, in bytes: from `from` to `to`, of which everything below `end` has to be there. */
export interface ReadRange {
  from: number;
  to: number;
  end: number;
}

/** @param alignment reads begin and end on multiples of it: whole blocks with O_DIRECT, 1 without */
export function readRange({ offset, bytes }: Dataset, sample: number, alignment: number): ReadRange {
  const end = offset[sample]! + bytes[sample]!;
  return {
    from: offset[sample]! - (offset[sample]! % alignment),
    to: Math.ceil(end / alignment) * alignment,
    end,
  };
}

/**
 * Where reading goes on after a read at `at` that brought `got` bytes.
 * @throws ToolError SAMPLE_SHORT where the file ended before `end`: nothing came, or with O_DIRECT a part of a block
 */
export function nextAt(
  dataset: Dataset,
  sample: number,
  at: number,
  got: number,
  { end, alignment }: { end: number; alignment: number },
): number {
  const next = at + got;
  if (next >= end || (got > 0 && next % alignment === 0)) return next;
  const path = dataset.files[dataset.fileOf[sample]!]!;
  throw new ToolError(
    "SAMPLE_SHORT",
    `sample ${sample} of ${path} ends at byte ${next}, its index says ${end}`,
    { hint: BECAME_SHORTER },
  );
}

/** The error of a read, or of opening the sample's file, as one that names them. */
export function readFailed(dataset: Dataset, sample: number, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const path = dataset.files[dataset.fileOf[sample]!]!;
  return new ToolError("READ_FAILED", `cannot read sample ${sample} of ${path}: ${messageOf(error)}`, {
    hint: hintOf(systemCode(error)),
    cause: error,
  });
}

function hintOf(code: string | undefined): string {
  if (code === "EINVAL") return "The file system may not do O_DIRECT: leave --direct out.";
  return "What was measured until then is kept.";
}
