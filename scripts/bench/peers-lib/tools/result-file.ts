import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Quantiles } from "../tool.ts";

/** The JSON that a tool left in its run's folder. @throws when it is not there, or is not JSON */
export function resultFile(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

/** The number at a path of keys, times `scale`; null where there is none. */
export function numberAt(value: unknown, path: readonly (string | number)[], scale = 1): number | null {
  let at: unknown = value;
  for (const key of path) at = (at as Record<string | number, unknown> | null | undefined)?.[key];
  return typeof at === "number" && Number.isFinite(at) ? at * scale : null;
}

/** Median and 99th percentile at two keys of the object at a path. */
export function quantilesAt(
  value: unknown,
  path: readonly (string | number)[],
  keys: readonly [string, string],
  scale = 1,
): Quantiles {
  const [p50, p99] = keys.map((key) => numberAt(value, [...path, key], scale));
  return { p50: p50!, p99: p99! };
}
