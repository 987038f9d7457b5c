import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "citty";
import fc from "fast-check";
import { ExitCode, ToolError } from "../core/errors.ts";
import { command } from "./command.ts";
import { commands } from "./commands.ts";
import { optional, withDefault } from "./flags/flag.ts";
import { integer, text, toggle } from "./flags/kinds.ts";
import type { Resolved } from "./flags/resolve.ts";
import { refuseUnknownVariables } from "./unknown-variables.ts";

const flags = {
  count: withDefault(integer(), "3", "how many"),
  name: optional(text("NAME"), "a name"),
  quick: withDefault(toggle(), "false", "less of it"),
};

const MAIN = join(import.meta.dir, "..", "main.ts");

let seen: Resolved<typeof flags>[] = [];

/** A command of ours, under the name of a real one, so that configuration files may have sections. */
const tried = command({
  name: "serving",
  description: "tries",
  examples: [],
  flags,
  run: async (resolved) => {
    seen.push(resolved);
    return ExitCode.ok;
  },
});

async function run(...data: string[]) {
  await runCommand(tried, { rawArgs: [], data });
  return seen.at(-1)!.values;
}

async function problem(...data: string[]): Promise<ToolError> {
  const error = await runCommand(tried, { rawArgs: [], data }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ToolError);
  expect([(error as ToolError).code, (error as ToolError).exit]).toEqual(["USAGE", 2]);
  expect(seen).toEqual([]);
  return error as ToolError;
}

let folder: string;
let before: Record<string, string | undefined>;

beforeEach(() => {
  seen = [];
  folder = mkdtempSync(join(tmpdir(), "inferbench-command-"));
  before = { ...process.env };
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const name of ["INFERBENCH_COUNT", "INFERBENCH_NAME", "INFERBENCH_CONFIG"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

function config(content: string): string {
  const path = join(folder, "config.yaml");
  writeFileSync(path, content);
  return path;
}

test("returns the exit code of its run", async () => {
  const failing = command({
    name: "x",
    description: "",
    examples: [],
    flags: {},
    run: async () => ExitCode.gateFailed,
  });
  expect(await runCommand(failing, { rawArgs: [], data: [] })).toEqual({ result: 3 });
});

test("flags win over environment, it over the configuration, it over defaults", async () => {
  const path = config("count: 4\nname: from-file\n");
  expect(await run()).toMatchObject({ count: 3, name: undefined });
  expect(await run("--config", path)).toMatchObject({ count: 4, name: "from-file" });
  process.env.INFERBENCH_COUNT = "5";
  expect(await run("--config", path)).toMatchObject({ count: 5, name: "from-file" });
  expect(await run("--config", path, "--count", "6")).toMatchObject({ count: 6 });
});

test("a word that is no flag is an error", async () => {
  const error = await problem("--count", "1", "extra");
  expect(error.message).toBe('"extra" is no flag');
  expect(error.hint).toBe("Flags begin with --; see inferbench serving --help.");
});

test("a word behind a switch that is not true or false is told which are", async () => {
  for (const word of ["no", "off", "0"]) {
    const error = await problem("--count", "1", "--quick", word);
    expect([error.message, error.hint]).toEqual([`"${word}" is no flag`, "--quick takes true or false."]);
  }
});

test("citty's own parsing gets in the way of no command line", async () => {
  // Each of these is a word that citty's parser throws on, or takes for itself.
  for (const word of ["-_", "--_", "--_=1", "--version", "-v", "--no-_"]) {
    const child = Bun.spawn([process.execPath, MAIN, "serving", word], { stdout: "pipe", stderr: "pipe" });
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect([await child.exited, out]).toEqual([2, ""]);
    expect(err).toStartWith(`error: unknown flag ${word.split("=")[0]}\n`);
  }
});

test("any words at all are either taken or refused as wrong usage", async () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("--count", "--count=1", "--no-x", "--", "-c", "--name", "-", "--=1", "-_", "--_"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        word.filter((w) => w !== "-h" && w !== "--help"),
        { maxLength: 5 },
      ),
      async (data) => {
        const error = await runCommand(tried, { rawArgs: [], data }).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (error !== null) expect(error).toBeInstanceOf(ToolError);
      },
    ),
    { numRuns: 500 },
  );
});

test("a variable that no command knows is named, with the nearest; one of another command is no mistake", async () => {
  const refused = await refuseUnknownVariables({ INFERBENCH_RAET: "5" }).catch((error: unknown) => error);
  expect((refused as ToolError).message).toBe(
    "unknown environment variable INFERBENCH_RAET (did you mean INFERBENCH_RATE?)",
  );
  await refuseUnknownVariables({
    INFERBENCH_RATE: "5",
    INFERBENCH_MAX_NUM_SEQS: "4",
    INFERBENCH_REEXEC: "1",
  });
});

describe("the configuration file", () => {
  test("may come from the environment", async () => {
    process.env.INFERBENCH_CONFIG = config("count: 9");
    expect(await run()).toMatchObject({ count: 9 });
    process.env.INFERBENCH_CONFIG = "";
    expect(await run()).toMatchObject({ count: 3 });
  });

  test("--config without a name is an error", async () => {
    expect((await problem("--config=")).message).toBe('--config: "" is not a text that is not empty');
    expect((await problem("--config")).message).toStartWith("--config needs a value");
  });

  test.each(["", "# nothing\n", "---\n", "null"])("may be empty: %j", async (content) => {
    expect(await run("--config", config(content))).toMatchObject({ count: 3 });
  });

  test("may have a section for each command", async () => {
    const path = config("serving:\n  count: 8\nmock:\n  port: 9\n");
    expect(await run("--config", path)).toMatchObject({ count: 8 });
  });

  test("with sections, but none or an empty one for this command, sets nothing", async () => {
    expect(await run("--config", config("mock:\n  port: 9\n"))).toMatchObject({ count: 3 });
    expect(await run("--config", config("serving:\nmock:\n  port: 9\n"))).toMatchObject({ count: 3 });
  });

  test.each([
    ["cuont: 5", `unknown key "cuont" in FILE, line 1 (did you mean "count"?)`],
    ["serving:\n  cuont: 5", `unknown key "cuont" in FILE, line 2 (did you mean "count"?)`],
    [
      "serving:\n  count: 5\ncount: 6",
      'unknown section "count" in FILE, line 3; this file has a section for each command',
    ],
    [
      "serving:\n  count: 5\nmocc:\n  port: 6\nmock: 7",
      'unknown section "mocc" in FILE, line 3; this file has a section for each command (did you mean "mock"?)\nthe section "mock" in FILE, line 5 is not a mapping of flags to values',
    ],
    ["config: other.yaml", '"config" in FILE, line 1: a configuration file cannot name another one'],
    [
      "serving:\n  config: other.yaml",
      '"config" in FILE, line 2: a configuration file cannot name another one',
    ],
    ["- count", "the configuration FILE is not a mapping of flags to values"],
    ["just text", "the configuration FILE is not a mapping of flags to values"],
    ["5", "the configuration FILE is not a mapping of flags to values"],
    [
      "count: five\nname: ''",
      '"count" in FILE, line 1: "five" is not a whole number of at least 0\n"name" in FILE, line 2: "" is not a text that is not empty',
    ],
  ])("%j is refused", async (content, message) => {
    const path = config(content);
    expect((await problem("--config", path)).message).toBe(message.replaceAll("FILE", path));
  });

  test.each(["count: [1", "count: 1\ncount: 2", "a: 1\n b: 2", "count: 1\n---\ncount: 2\n"])(
    "%j is no YAML, and the message names the file and the place",
    async (content) => {
      const path = config(content);
      const { message } = await problem("--config", path);
      expect(message).toStartWith(`cannot read the configuration ${path}: `);
      expect(message).toMatch(/line \d+/);
    },
  );

  test("that is not there is an error that names it", async () => {
    const path = join(folder, "none.yaml");
    const { message } = await problem("--config", path);
    expect(message).toContain(path);
    expect(message).toContain("ENOENT");
  });
});

test.each(Object.keys(commands))("inferbench %s --help fits 80 columns and ends with 0", async (name) => {
  const child = Bun.spawn([process.execPath, MAIN, name, "--help"], { stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect([await child.exited, err]).toEqual([0, ""]);
  expect(out).toStartWith(`inferbench ${name}: `);
  expect(out).toContain("--config FILE");
  expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
});
