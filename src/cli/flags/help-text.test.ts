import { describe, expect, test } from "bun:test";
import { servingFlags } from "../serving/flags.ts";
import { flagName, optional, repeated, withDefault } from "./flag.ts";
import { commandHelp } from "./help-text.ts";
import { choice, integer, mode, text, toggle } from "./kinds.ts";

const help = commandHelp({
  name: "try",
  description: "tries",
  examples: [
    "try --count 5",
    "try --count 5 --name one --name two --name three --name four --name five --colour red --loud",
  ],
  flags: {
    count: withDefault(integer(), "3", "how many", { group: "Numbers", env: ["COUNT", "N"] }),
    maxLoss: optional(integer(), "how many may be lost", { group: "Numbers", aliases: ["loss", "lost"] }),
    name: repeated(text("NAME"), "a name", { group: "Words" }),
    colour: optional(choice(["red", "blue"]), "a colour", { group: "Words" }),
    loud: withDefault(toggle(), "false", "shout", { group: "Words" }),
    quick: withDefault(toggle(), "true", "do not wait", { group: "Words" }),
    watch: optional(mode(["on", "off"], "on"), "look on", { group: "Words" }),
  },
});

test("the whole help of a small command", () => {
  expect(help).toBe(`inferbench try: tries

Usage: inferbench try [flags]

Numbers:
  --count N
      how many (default 3; env COUNT, N)
  --max-loss N, --loss, --lost
      how many may be lost

Words:
  --name NAME
      a name (repeatable)
  --colour red|blue
      a colour
  --loud
      shout
  --quick, --no-quick
      do not wait (default true)
  --watch[=on|off]
      look on

Every flag can also be set as INFERBENCH_<FLAG> or in the --config file.

Examples:
  inferbench try --count 5
  inferbench try --count 5 --name one --name two --name three --name four \\
    --name five --colour red --loud`);
});

describe("the help of serving", () => {
  const lines = commandHelp({
    name: "serving",
    description: "load-test a model server",
    examples: [],
    flags: servingFlags,
  }).split("\n");

  test("fits 80 columns and ends no line in a blank", () => {
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.filter((line) => /\s$/.test(line))).toEqual([]);
  });

  test("has every flag once, with its default", () => {
    const text = lines.join(" ").replace(/\s+/g, " ");
    for (const [key, flag] of Object.entries(servingFlags)) {
      const name = flagName(key);
      expect(lines.filter((line) => new RegExp(`^ {2}--${name}(?![\\w-])`).test(line))).toHaveLength(1);
      const fallback = (flag as { default?: string }).default;
      if (fallback !== undefined && fallback !== "false") expect(text).toContain(`(default ${fallback}`);
    }
  });

  test("every default is a value that its flag takes", () => {
    for (const [key, flag] of Object.entries(servingFlags)) {
      const fallback = (flag as { default?: string }).default;
      if (fallback === undefined) continue;
      expect([key, flag.kind.parse(fallback)]).not.toEqual([key, undefined]);
    }
  });
});

test("a word longer than the line stands alone, unbroken", () => {
  const url = `https://example.org/${"x".repeat(90)}`;
  const lines = commandHelp({
    name: "x",
    description: `see ${url} for more`,
    examples: [],
    flags: {},
  }).split("\n");
  expect(lines.slice(0, 3)).toEqual(["inferbench x: see", url, "for more"]);
});
