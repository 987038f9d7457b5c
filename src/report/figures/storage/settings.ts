import type { SavedMetadata } from "./saved-files.ts";
import { shortened } from "./texts.ts";

/** What a run was set to, by the names of its flags. */
export type Settings = ReadonlyMap<string, string>;

/** A setting that is not the same in all runs: one text a run, in their order. */
export interface Difference {
  name: string;
  values: readonly string[];
}

/** Where the plan's key is not the flag's name with other hyphens. */
const FLAGS: Readonly<Record<string, string>> = {
  workers: "num-workers",
  globalBatchSize: "gbs",
  microbatchSize: "mbs",
  blockBytes: "read-buffer-kb",
  order: "access",
  requestTimeoutMs: "request-timeout",
};

/** Follows from others. */
const DERIVED: ReadonlySet<string> = new Set(["files"]);

const NOT_SET = "none";
/** Long, and seldom what a run is about: it comes last. */
const LAST = "data-root";

/** @returns null where nobody wrote them down */
export function settingsOf(metadata: SavedMetadata | null): Settings | null {
  const { plan = null, parameters = null } = metadata ?? {};
  if (plan !== null)
    return new Map(
      Object.entries(plan)
        .filter(([key]) => !DERIVED.has(key))
        .map(([key, value]) => [FLAGS[key] ?? flagName(key), valueText(key, value)]),
    );
  if (parameters === null) return null;
  const dataRoot = metadata?.summary?.data_root ?? parameters.data_root;
  return new Map(
    Object.entries({ ...parameters, data_root: dataRoot }).map(([key, value]) => [
      key.replaceAll("_", "-"),
      valueText(key, value),
    ]),
  );
}

/**
 * The settings in which runs differ, in the order of the first run's. One that a run does not name is `none` there; of runs of the Python
 * tool, which has fewer, those that all name are compared.
 */
export function differences(runs: readonly (SavedMetadata | null)[]): Difference[] {
  const settings = runs.map(settingsOf);
  if (settings.some((one) => one === null)) return [];
  const known = settings as Settings[];
  const isPython = runs.some((metadata) => metadata?.plan === null);
  const names = new Set(known.flatMap((one) => [...one.keys()]));
  return [...[...names].filter((name) => name !== LAST), LAST]
    .filter((name) => !isPython || known.every((one) => one.has(name)))
    .map((name) => ({ name, values: known.map((one) => one.get(name) ?? NOT_SET) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** `num-workers 4 → 8`, for each that differs. */
export function differencesText(all: readonly Difference[]): string {
  return all.map(({ name, values }) => `${name} ${values.join(" → ")}`).join(", ");
}

/** Characters of a value where there is little room. */
const SHORT = 28;

/** The first of them in few words, as many as `most`, and how many more there are. */
export function shortTexts<T>(all: readonly T[], most: number, text: (one: T) => string): string[] {
  const more = all.length - most;
  return [...all.slice(0, most).map(text), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** One of them, long values shortened; of the i-th run alone where it is given. */
export function shortDifference({ name, values }: Difference, i?: number): string {
  const shown = i === undefined ? values : [values[i]!];
  return `${name} ${shown.map((value) => shortened(value, SHORT)).join(" → ")}`;
}

/** `prefetchDepth` is `prefetch-depth`. */
function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function valueText(key: string, value: unknown): string {
  if (key === "blockBytes" && typeof value === "number") return String(value / 1024);
  if (key === "ranks") return textOf((value as { ranks?: unknown } | null)?.ranks ?? value);
  return textOf(value);
}

/** A distribution or an order as its flag takes it: `5`, `normal:10,2`, `strided:16`. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return NOT_SET;
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.map(textOf).join(",");
  if (typeof value !== "object") return String(value);
  const { kind, ...rest } = value as Record<string, unknown>;
  const parts = Object.values(rest).map(textOf).join(",");
  if (kind === undefined || kind === "fixed") return parts;
  return parts === "" ? textOf(kind) : `${textOf(kind)}:${parts}`;
}
