import { type ToolError, usageError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { type Flag, type FlagTable, flagName } from "./flag.ts";

/** Texts given for each key of the table, in order; nothing is converted yet. */
export type GivenTexts = Map<string, string[]>;

/** Every name that a table answers to, and the key behind it. */
export function namesOf(flags: FlagTable): Map<string, string> {
  const names = new Map<string, string>();
  for (const [key, flag] of Object.entries(flags)) {
    names.set(flagName(key), key);
    for (const alias of flag.aliases) names.set(alias.replaceAll("_", "-"), key);
  }
  return names;
}

/**
 * Splits a command line into flags and positionals, strictly: what is unknown, repeated or lacks its value is an error,
 * and all such errors are reported together. `_` and `-` are the same in a flag's name.
 * @throws ToolError USAGE
 */
export function parseArguments(
  argv: readonly string[],
  flags: FlagTable,
): { given: GivenTexts; positionals: string[] } {
  const names = namesOf(flags);
  const given: GivenTexts = new Map();
  const positionals: string[] = [];
  const problems: ToolError[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") {
      positionals.push(...argv.slice(i + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      positionals.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const typed = equals < 0 ? word : word.slice(0, equals);
    const inline = equals < 0 ? undefined : word.slice(equals + 1);
    const next = argv[i + 1];
    const hasNext = next !== undefined && !isFlag(next, names);
    const found = find(typed, names, flags);
    if (found === null) {
      problems.push(unknownFlag(typed, names));
      // Very likely its value: not to be reported once more.
      if (inline === undefined && hasNext) i++;
      continue;
    }
    const { key, negated } = found;
    const flag = flags[key]!;
    if (negated && inline !== undefined) {
      problems.push(usageError(`${typed} takes no value, but was given "${inline}"`));
      continue;
    }
    let value = negated ? "false" : inline;
    if (value === undefined) {
      if (isSwitch(flag) && /^(true|false)$/i.test(next ?? "")) value = argv[++i]!;
      else if (flag.kind.bare !== undefined) value = flag.kind.bare;
      else if (!hasNext) {
        problems.push(usageError(`${typed} needs a value: ${flag.kind.allowed}`));
        continue;
      } else value = argv[++i]!;
    }
    const earlier = given.get(key);
    if (earlier === undefined) given.set(key, [value]);
    else if (flag.repeatable) earlier.push(value);
    else {
      const name = `--${flagName(key)}`;
      problems.push(
        usageError(
          `${name} was given twice: "${earlier[0]}" and "${value}"`,
          "Give it once; only the flags that help marks as repeatable add up.",
        ),
      );
    }
  }
  if (problems.length > 0) throw together(problems);
  return { given, positionals };
}

function find(
  typed: string,
  names: Map<string, string>,
  flags: FlagTable,
): { key: string; negated: boolean } | null {
  const name = plainName(typed);
  const dashes = typed.startsWith("--");
  const key = dashes ? names.get(name) : undefined;
  if (key !== undefined) return { key, negated: false };
  if (dashes && name.startsWith("no-")) {
    const positive = names.get(name.slice(3));
    if (positive !== undefined && isSwitch(flags[positive]!)) return { key: positive, negated: true };
  }
  return null;
}

/** `--x`, `--no-x`, `--x=true`, `--x true`. */
export function isSwitch({ kind }: Flag): boolean {
  return kind.bare === "true";
}

function unknownFlag(typed: string, names: Map<string, string>): ToolError {
  const name = plainName(typed);
  const close = holding(name, names) ?? nearest(name, names.keys());
  return usageError(
    `unknown flag ${typed}`,
    close === undefined ? "See --help for the flags of this command." : `Did you mean --${close}?`,
  );
}

/** The only flag that has this word in its name, or its plural: `request-rates` for `rate`. */
function holding(word: string, names: Map<string, string>): string | undefined {
  const found = [...names.keys()].filter((name) =>
    name.split("-").some((part) => part === word || part === `${word}s`),
  );
  return found.length === 1 ? found[0] : undefined;
}

/** One error as it is; several as lines, each with its hint. */
function together(problems: readonly ToolError[]): ToolError {
  if (problems.length === 1) return problems[0]!;
  const lines = problems.map(({ message, hint }) => (hint === undefined ? message : `${message}. ${hint}`));
  return usageError(lines.join("\n"));
}

/** `--Max_tokens` → `Max-tokens`. */
function plainName(typed: string): string {
  return typed.replace(/^--?/, "").replaceAll("_", "-");
}

/** Whether the next word is a flag, and so not the value of the one before it; `-1` and `-inf` are values. */
function isFlag(word: string, names: Map<string, string>): boolean {
  return word.startsWith("--") || (word.startsWith("-") && names.has(word.slice(1)));
}
