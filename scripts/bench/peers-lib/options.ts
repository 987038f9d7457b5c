import { parseArgs } from "node:util";
import { usageError } from "../../../src/core/errors.ts";
import { LOADS, type Load } from "./loads.ts";
import type { Tool } from "./tool.ts";
import { TOOLS } from "./tools.ts";

export interface Options {
  readonly tools: readonly Tool[];
  readonly loads: readonly Load[];
  readonly rounds: number;
  /** Null: a new temporary folder. */
  readonly env: string | null;
  readonly keep: boolean;
  readonly python: string | null;
  readonly json: string | null;
  readonly markdown: string | null;
}

/** Reads the command line. @throws ToolError USAGE */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parse(args);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw usageError(`--rounds is a whole number from 1 on, not ${values.rounds}`);
  return {
    tools: chosen("--tools", values.tools, TOOLS, ({ id }) => id),
    loads: chosen("--streams", values.streams, LOADS, ({ streams }) => `${streams}`),
    rounds,
    env: values.env ?? null,
    keep: values.keep,
    python: values.python ?? null,
    json: values.json ?? null,
    markdown: values.markdown ?? null,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        tools: { type: "string" },
        streams: { type: "string" },
        rounds: { type: "string", default: "3" },
        env: { type: "string" },
        keep: { type: "boolean", default: false },
        python: { type: "string" },
        json: { type: "string" },
        markdown: { type: "string" },
      },
    });
  } catch (error) {
    throw usageError((error as Error).message, "scripts/bench/peers --help lists the options.");
  }
}

/** Those of `all` that a comma-separated list names; all without one. */
function chosen<T>(
  flag: string,
  list: string | undefined,
  all: readonly T[],
  nameOf: (one: T) => string,
): T[] {
  if (list === undefined) return [...all];
  const names = new Set(list.split(","));
  const known = all.map(nameOf);
  for (const name of names) {
    if (!known.includes(name)) throw usageError(`${flag} knows ${known.join(", ")}, not ${name}`);
  }
  return all.filter((one) => names.has(nameOf(one)));
}
