import type { Kind } from "./kinds.ts";

/** One flag of a command. Its name is the key in the command's table, in kebab case. */
export interface Flag<T = unknown> {
  kind: Kind<unknown>;
  describe: string;
  group: string;
  /** As the user would type it; parsed like any other text. */
  default?: string;
  /** Given more than once, the values add up to a list. */
  repeatable: boolean;
  /** Further names of the same flag. */
  aliases: readonly string[];
  /** Environment variables that set it, besides INFERBENCH_<NAME>. */
  env: readonly string[];
  /** Carries the value's type; never set. */
  readonly type?: T;
}

export type FlagTable = Record<string, Flag>;

/** What a table of flags resolves to, by the table's own keys. */
export type FlagValues<T extends FlagTable> = {
  readonly [K in keyof T]: T[K] extends Flag<infer V> ? V : never;
};

interface Extra {
  group?: string;
  aliases?: readonly string[];
  env?: readonly string[];
}

function build<T>(kind: Kind<unknown>, describe: string, extra: Extra, repeatable: boolean): Flag<T> {
  const { group = "Options", aliases = [], env = [] } = extra;
  return { kind, describe, group, repeatable, aliases, env };
}

/** A flag that may be absent. */
export function optional<T>(kind: Kind<T>, describe: string, extra: Extra = {}): Flag<T | undefined> {
  return build<T | undefined>(kind, describe, extra, false);
}

/** A flag with a default, written as the user would type it. */
export function withDefault<T>(
  kind: Kind<T>,
  fallback: string,
  describe: string,
  extra: Extra = {},
): Flag<T> {
  return { ...build<T>(kind, describe, extra, false), default: fallback };
}

/** A flag that may be given several times. */
export function repeated<T>(kind: Kind<T>, describe: string, extra: Extra = {}): Flag<T[]> {
  return build<T[]>(kind, describe, extra, true);
}

/** `maxTokens` → `max-tokens`. */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `max-tokens` → `INFERBENCH_MAX_TOKENS`. */
export function envName(name: string): string {
  return `INFERBENCH_${name.toUpperCase().replaceAll("-", "_")}`;
}
