import { readFileSync } from "node:fs";
import { type CommandDef, defineCommand } from "citty";
import { ExitCode, messageOf, usageError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { descriptions } from "./command-names.ts";
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

/**
 * A citty command with strict flags: flags > environment > --config > defaults. It takes its words as citty's `data`
 * (see command-line.ts).
 */
export function command<T extends FlagTable>(spec: CommandSpec<T>): CommandDef {
  const flags = { ...spec.flags, ...common };
  return defineCommand({
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
          `Flags begin with --; see inferbench ${spec.name} --help.`,
        );
      }
      // An empty --config is left to resolveFlags to complain of; an empty variable counts as none.
      const path = given.get("config")?.[0] ?? process.env.INFERBENCH_CONFIG;
      const file = path ? { path, entries: await readConfig(path, spec.name) } : null;
      const resolved = resolveFlags(flags, given, process.env, file) as unknown as Resolved<T>;
      return spec.run(resolved, positionals);
    },
  });
}

/** A configuration file holds the flags of one command, or nothing but sections, one for each command. */
async function readConfig(path: string, commandName: string): Promise<Record<string, unknown>> {
  const { parse } = await import("yaml");
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"), { prettyErrors: true });
  } catch (error) {
    throw usageError(`cannot read the configuration ${path}: ${messageOf(error)}`);
  }
  if (content === null || content === undefined) return {};
  if (!isMapping(content)) {
    throw usageError(`the configuration ${path} is not a mapping of flags to values`);
  }
  const entries = content as Record<string, unknown>;
  const sections = Object.entries(entries).filter(
    ([key, value]) => Object.hasOwn(descriptions, key) && (value === null || isMapping(value)),
  );
  const own = sections.length > 0 ? sectionOf(entries, commandName, path) : entries;
  if (Object.hasOwn(own, "config")) {
    throw usageError(`"config" in ${path}: a configuration file cannot name another one`);
  }
  return own;
}

function sectionOf(
  entries: Record<string, unknown>,
  commandName: string,
  path: string,
): Record<string, unknown> {
  const names = Object.keys(descriptions);
  const problems: string[] = [];
  for (const [key, value] of Object.entries(entries)) {
    if (names.includes(key)) {
      if (value !== null && !isMapping(value))
        problems.push(`the section "${key}" in ${path} is not a mapping of flags to values`);
      continue;
    }
    const close = nearest(key, names);
    const guess = close === undefined ? "" : ` (did you mean "${close}"?)`;
    problems.push(`unknown section "${key}" in ${path}, which has a section for each command${guess}`);
  }
  if (problems.length > 0) throw usageError(problems.join("\n"));
  return (entries[commandName] ?? {}) as Record<string, unknown>;
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
