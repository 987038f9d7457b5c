import { usageError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { type ConfigFile, whereIn } from "../config-file.ts";
import { envName, type Flag, type FlagTable, type FlagValues, flagName } from "./flag.ts";
import { type GivenTexts, namesOf } from "./parse.ts";

/** Where a value came from. */
export type Source = "flag" | "env" | "file" | "default";

export interface Resolved<T extends FlagTable> {
  values: FlagValues<T>;
  /** Key → where its value came from; absent where the flag has no value. */
  sources: ReadonlyMap<string, Source>;
}

/**
 * Flags > environment > configuration file > defaults. All problems are reported together.
 * @param file its keys are flag names
 */
export function resolveFlags<T extends FlagTable>(
  flags: T,
  given: GivenTexts,
  env: Readonly<Record<string, string | undefined>>,
  file: ConfigFile | null,
): Resolved<T> {
  const problems: string[] = [];
  const rawNames = new Map<string, string>();
  const fromFile = file === null ? new Map() : fileTexts(flags, file, rawNames, problems);
  const values: Record<string, unknown> = {};
  const sources = new Map<string, Source>();
  for (const [key, flag] of Object.entries(flags)) {
    const name = flagName(key);
    const variable = [envName(name), ...flag.env].find((v) => (env[v] ?? "") !== "");
    let texts: string[] = [];
    let origin = `--${name}`;
    if (given.has(key)) {
      texts = given.get(key)!;
      sources.set(key, "flag");
    } else if (variable !== undefined) {
      texts = [env[variable]!];
      origin = `environment variable ${variable}`;
      sources.set(key, "env");
    } else if (fromFile.has(key)) {
      texts = fromFile.get(key)!;
      origin = whereIn(file!, rawNames.get(key)!);
      sources.set(key, "file");
    } else if (flag.default !== undefined) {
      texts = [flag.default];
      sources.set(key, "default");
    }
    values[key] = convert(flag, texts, origin, problems);
  }
  if (problems.length > 0) throw usageError(problems.join("\n"));
  return { values: Object.freeze(values) as FlagValues<T>, sources };
}

function convert(flag: Flag, texts: readonly string[], origin: string, problems: string[]): unknown {
  const parsed: unknown[] = [];
  for (const text of texts) {
    const value = flag.kind.parse(text);
    if (value === undefined) problems.push(`${origin}: "${text}" is not ${flag.kind.allowed}`);
    else parsed.push(value);
  }
  return flag.repeatable ? parsed : parsed[0];
}

/** @param rawNames gets each flag's key as the file spells it */
function fileTexts(
  flags: FlagTable,
  file: ConfigFile,
  rawNames: Map<string, string>,
  problems: string[],
): Map<string, string[]> {
  const names = namesOf(flags);
  const texts = new Map<string, string[]>();
  for (const [raw, value] of Object.entries(file.entries)) {
    const name = raw.replaceAll("_", "-");
    const key = names.get(name);
    if (key === undefined) {
      const close = nearest(name, names.keys());
      problems.push(
        `unknown key ${whereIn(file, raw)}${close === undefined ? "" : ` (did you mean "${close}"?)`}`,
      );
      continue;
    }
    const earlier = rawNames.get(key);
    if (earlier !== undefined) {
      problems.push(`${whereIn(file, raw)} is the same flag as "${earlier}"`);
      continue;
    }
    rawNames.set(key, raw);
    const { repeatable, kind } = flags[key]!;
    const items = Array.isArray(value) && (repeatable || kind.isList) ? value : [value];
    if (!items.every(isScalar)) {
      problems.push(`${whereIn(file, raw)}: ${JSON.stringify(value)} is not ${kind.allowed}`);
    } else texts.set(key, repeatable ? items.map(String) : [items.map(String).join(",")]);
  }
  return texts;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
