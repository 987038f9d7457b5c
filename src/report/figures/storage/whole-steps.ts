import type { RankRows } from "./rank-rows.ts";

/**
 * The rows up to the last step that both files have whole: of a run that was killed, or that met a full disk, each file ends where it was
 * written to last, and figures over both would set the bytes of one time against the length of another.
 */
export function wholeSteps(rows: RankRows): RankRows {
  const { steps, microbatches } = rows;
  const loaded = new Map<number, number>();
  for (const [i, step] of microbatches.step.entries())
    loaded.set(step, (loaded.get(step) ?? 0) + microbatches.samples[i]!);
  const last =
    steps.step.findLast((step, i) => loaded.get(step) === steps.samples[i]) ?? Number.NEGATIVE_INFINITY;
  return { ...rows, steps: upTo(last, steps), microbatches: upTo(last, microbatches) };
}

function upTo<Name extends string>(
  last: number,
  columns: Readonly<Record<Name | "step", Float64Array>>,
): Record<Name | "step", Float64Array> {
  const kept = (values: Float64Array) => values.filter((_, i) => columns.step[i]! <= last);
  const names = Object.keys(columns) as (Name | "step")[];
  return Object.fromEntries(names.map((name) => [name, kept(columns[name])])) as Record<
    Name | "step",
    Float64Array
  >;
}
