import { readFileSync } from "node:fs";
import type { LineCounter } from "yaml";
import { messageOf, usageError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { descriptions } from "./command-names.ts";

/** One command's part of a configuration file. */
export interface ConfigFile {
  path: string;
  entries: Readonly<Record<string, unknown>>;
  /** The line that each key stands on, from 1. */
  lines: ReadonlyMap<string, number>;
}

/**
 * Reads a configuration file: the flags of one command, or nothing but sections, one for each command.
 * @throws ToolError USAGE naming file, key and line
 */
export async function readConfig(path: string, commandName: string): Promise<ConfigFile> {
  const { isMap, LineCounter, parseDocument } = await import("yaml");
  const counter = new LineCounter();
  let content: unknown;
  let root: unknown;
  try {
    const document = parseDocument(readFileSync(path, "utf8"), { prettyErrors: true, lineCounter: counter });
    if (document.errors[0] !== undefined) throw document.errors[0];
    content = document.toJS();
    root = document.contents;
  } catch (error) {
    throw usageError(`cannot read the configuration ${path}: ${messageOf(error)}`);
  }
  if (content === null || content === undefined) return { path, entries: {}, lines: new Map() };
  if (!isMapping(content) || !isMap(root)) {
    throw usageError(`the configuration ${path} is not a mapping of flags to values`);
  }
  const file = { path, entries: content, lines: linesOf(root, counter) };
  const hasSections = Object.entries(content).some(
    ([key, value]) => Object.hasOwn(descriptions, key) && (value === null || isMapping(value)),
  );
  const section = root.get(commandName, true);
  const own = hasSections
    ? {
        path,
        entries: sectionOf(file, commandName),
        lines: isMap(section) ? linesOf(section, counter) : new Map(),
      }
    : file;
  if (Object.hasOwn(own.entries, "config")) {
    throw usageError(`${whereIn(own, "config")}: a configuration file cannot name another one`);
  }
  return own;
}

/** A key and where it stands, for messages: `"rate" in nightly.yaml, line 4`. */
export function whereIn({ path, lines }: ConfigFile, key: string): string {
  const line = lines.get(key);
  return `"${key}" in ${path}${line === undefined ? "" : `, line ${line}`}`;
}

function linesOf(
  { items }: { items: readonly { key: unknown }[] },
  counter: LineCounter,
): Map<string, number> {
  const lines = new Map<string, number>();
  for (const { key } of items) {
    const { value, range } = key as { value?: unknown; range?: [number, number, number] | null };
    if (range != null) lines.set(String(value), counter.linePos(range[0]).line);
  }
  return lines;
}

function sectionOf(file: ConfigFile, commandName: string): Record<string, unknown> {
  const names = Object.keys(descriptions);
  const problems: string[] = [];
  for (const [key, value] of Object.entries(file.entries)) {
    if (names.includes(key)) {
      if (value !== null && !isMapping(value))
        problems.push(`the section ${whereIn(file, key)} is not a mapping of flags to values`);
      continue;
    }
    const close = nearest(key, names);
    const guess = close === undefined ? "" : ` (did you mean "${close}"?)`;
    problems.push(`unknown section ${whereIn(file, key)}; this file has a section for each command${guess}`);
  }
  if (problems.length > 0) throw usageError(problems.join("\n"));
  return (file.entries[commandName] ?? {}) as Record<string, unknown>;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
