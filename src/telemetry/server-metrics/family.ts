import type { MetricType } from "./exposition.ts";

/** What a sample is a part of. */
export interface FamilyPart {
  /** The metric's name: of a counter with its `_total`, of a histogram without `_bucket`, `_sum`, `_count`. */
  family: string;
  type: MetricType;
  part: "value" | "bucket" | "sum" | "count";
}

/**
 * Which metric a sample belongs to, by the TYPE lines; of a name without one, by its ending. OpenMetrics types `x` where its sample is
 * `x_total`.
 */
export function familyOf(name: string, types: ReadonlyMap<string, MetricType>): FamilyPart {
  const type = types.get(name);
  if (type !== undefined && type !== "histogram" && type !== "summary")
    return { family: name, type, part: "value" };
  const [, stem, ending] = /^(.+)_(bucket|sum|count|total)$/.exec(name) ?? [];
  const stemType = stem === undefined ? undefined : types.get(stem);
  if (ending !== "total" && (stemType === "histogram" || stemType === "summary"))
    return { family: stem!, type: stemType, part: ending as "bucket" | "sum" | "count" };
  if (ending === "total") return { family: name, type: "counter", part: "value" };
  return { family: name, type: type ?? "untyped", part: "value" };
}
