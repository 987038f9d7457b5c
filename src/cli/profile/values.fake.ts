import { parseArguments } from "../flags/parse.ts";
import { resolveFlags } from "../flags/resolve.ts";
import { configOf } from "./config.ts";
import { profileFlags } from "./flags.ts";

/** What a command line of `inferbench profile` comes to, without environment and file: for tests. */
export function configured(...argv: string[]) {
  const { given } = parseArguments(argv, profileFlags);
  const { values, sources } = resolveFlags(profileFlags, given, {}, null);
  return { values, config: configOf(values, sources) };
}
