import { REDACTED, redactText } from "./redact-text.ts";
import { isSecretName, isSecretParameter, isSecretVariable } from "./secret-name.ts";

/** Removes secrets from everything that is written down or shown. */
export interface Redactor {
  /** Any text: an error, a URL, a log line. */
  text(text: string): string;
  /** The words of a command line, each as it may be shown. */
  words(argv: readonly string[]): string[];
  /** A command line in one piece, quoted so that a shell would read it. */
  commandLine(argv: readonly string[]): string;
  /** Header names to values. */
  headers(headers: Readonly<Record<string, string>>): Record<string, string>;
  /** A JSON-like value at any depth: members with a secret's name, and every string. */
  value(value: unknown): unknown;
}

export interface SecretSources {
  /** The program's own arguments: the values of its secret flags are hidden wherever they turn up. */
  argv?: readonly string[];
  /** Environment variables: the values of OPENAI_API_KEY, HF_TOKEN and the like, likewise. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** Shorter values (`EMPTY`, `none`) are no secrets, and hiding them would tear holes into ordinary words. */
const SHORTEST_SECRET = 6;

/** A redactor that knows secrets by name, by look, and by the values that this process was given. */
export function createRedactor(sources: SecretSources = {}): Redactor {
  const secrets = secretValues(sources);
  const text = (given: string) => {
    let shown = given;
    for (const secret of secrets) shown = shown.replaceAll(secret, REDACTED);
    return redactText(shown);
  };
  const words = (argv: readonly string[]) => redactWords(argv, text);
  const value = (given: unknown): unknown => {
    if (typeof given === "string") return text(given);
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== "object" || given === null || ArrayBuffer.isView(given)) return given;
    return Object.fromEntries(
      Object.entries(given).map(([name, inner]) => [name, isHidden(name, inner) ? REDACTED : value(inner)]),
    );
  };
  return {
    text,
    words,
    commandLine: (argv) => words(argv).map(quoted).join(" "),
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, given]) => [name, isSecretName(name) ? REDACTED : text(given)]),
      ),
    value,
  };
}

function isHidden(name: string, value: unknown): boolean {
  return typeof value === "string" && value !== "" && isSecretName(name);
}

function redactWords(argv: readonly string[], text: (given: string) => string): string[] {
  let isSecretNext = false;
  return argv.map((word) => {
    const isValue = isSecretNext;
    isSecretNext = false;
    if (isValue && !word.startsWith("--")) return REDACTED;
    const flag = /^(--?[A-Za-z][\w.-]*)(=?)(.*)$/s.exec(word);
    if (flag === null || !isSecretParameter(flag[1]!)) return text(word);
    if (flag[2] === "=") return `${flag[1]}=${REDACTED}`;
    isSecretNext = true;
    return word;
  });
}

/** The values to hide, longest first, so that no part of one is left over by another. */
function secretValues({ argv = [], env = {} }: SecretSources): string[] {
  const found = new Set<string>();
  const add = (value: string | undefined) => {
    if (value === undefined || value.length < SHORTEST_SECRET || value.startsWith("--")) return;
    found.add(value).add(encodeURIComponent(value)).add(JSON.stringify(value).slice(1, -1));
  };
  for (const [name, value] of Object.entries(env)) if (isSecretVariable(name)) add(value);
  argv.forEach((word, i) => {
    const [, name, isJoined, value] = /^--?([A-Za-z][\w.-]*)(=?)(.*)$/s.exec(word) ?? [];
    if (name !== undefined && isSecretParameter(name)) add(isJoined ? value : argv[i + 1]);
    add(/^(?:[\w-]*authorization\s*[:=]\s*)(?:\w+\s+)?(\S+)\s*$/i.exec(word)?.[1]);
    add(/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:([^\s/?#]+)@/i.exec(word)?.[1]);
  });
  return [...found].sort((a, b) => b.length - a.length);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
