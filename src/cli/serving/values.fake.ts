import { parseArguments } from "../flags/parse.ts";
import { resolveFlags } from "../flags/resolve.ts";
import type { ServingValues } from "./config.ts";
import { servingFlags } from "./flags.ts";

/** What a command line of `inferbench serving` resolves to, without environment and file: for tests. */
export function valuesOf(...argv: string[]): ServingValues {
  const { given, positionals } = parseArguments(argv, servingFlags);
  if (positionals.length > 0) throw new Error(`no flag: ${positionals[0]}`);
  return resolveFlags(servingFlags, given, {}, null).values;
}
