import { type CommandDef, defineCommand } from "citty";
import { ExitCode, usageError } from "../core/errors.ts";
import { readConfig } from "./config-file.ts";
import { type FlagTable, optional } from "./flags/flag.ts";
import { commandHelp } from "./flags/help-text.ts";
import { text } from "./flags/kinds.ts";
import { parseArguments } from "./flags/parse.ts";
import { type Resolved, resolveFlags } from "./flags/resolve.ts";
import { printResult } from "./output.ts";

export interface CommandSpec<T extends FlagTable> {
  name: string;
  description: string;
  /** Shown in help, one line each, without the program's name. */
  examples: readonly string[];
  flags: T;
  /** What stands before or between the flags, e.g. `DIR`; without it, words that are no flags are an error. */
  operand?: string;
  /** The environment as this command's flags read it; default as it is. @throws ToolError USAGE */
  environment?(
    env: Readonly<Record<string, string | undefined>>,
  ): Readonly<Record<string, string | undefined>>;
  run(resolved: Resolved<T>, operands: readonly string[]): Promise<ExitCode>;
}

const common = {
  config: optional(
    text("FILE"),
    "YAML file with any of these flags as keys; flags and environment win over it",
    {
      group: "General",
    },
  ),
};

const tables = new WeakMap<CommandDef, FlagTable>();

/** The flags of a command made by `command`. */
export function flagsOf(made: CommandDef): FlagTable {
  return tables.get(made) ?? {};
}

/** What to say of a word that stands behind a switch as its value would. @returns null where it is no such word */
function switchHint(words: readonly string[], word: string): string | null {
  const before = words[words.indexOf(word) - 1];
  return before?.startsWith("--") && /^(yes|no|on|off|0|1)$/i.test(word)
    ? `${before} takes true or false.`
    : null;
}

/**
 * A citty command with strict flags: flags > environment > --config > defaults. It takes its words as citty's `data`
 * (see command-line.ts).
 */
export function command<T extends FlagTable>(spec: CommandSpec<T>): CommandDef {
  const flags = { ...spec.flags, ...common };
  const made = defineCommand({
    meta: { name: spec.name, description: spec.description },
    async run({ data }) {
      const words = data as readonly string[];
      if (words.some((word) => word === "--help" || word === "-h")) {
        printResult(commandHelp({ ...spec, flags }));
        return ExitCode.ok;
      }
      const { given, positionals } = parseArguments(words, flags);
      if (positionals.length > 0 && spec.operand === undefined) {
        throw usageError(
          `"${positionals[0]}" is no flag`,
          switchHint(words, positionals[0]!) ?? `Flags begin with --; see inferbench ${spec.name} --help.`,
        );
      }
      // An empty --config is left to resolveFlags to complain of; an empty variable counts as none.
      const path = given.get("config")?.[0] ?? process.env.INFERBENCH_CONFIG;
      const file = path ? await readConfig(path, spec.name) : null;
      const env = spec.environment?.(process.env) ?? process.env;
      const resolved = resolveFlags(flags, given, env, file) as unknown as Resolved<T>;
      return spec.run(resolved, positionals);
    },
  });
  tables.set(made, flags);
  return made;
}
