/** Compares load generators on one machine against the same mock; scripts/bench/peers starts it and says how. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ExitCode, messageOf, ToolError } from "../../../src/core/errors.ts";
import { interruptible } from "../../../src/core/signals.ts";
import { compare } from "./compare.ts";
import type { Comparison } from "./comparison.ts";
import { type Options, optionsOf } from "./options.ts";
import { usePython } from "./python-env.ts";
import { markdownOf, textOf } from "./tables.ts";

async function main(): Promise<void> {
  try {
    const options = optionsOf(process.argv.slice(2));
    if (options.python !== null) usePython(options.python);
    const home =
      options.env === null ? mkdtempSync(join(tmpdir(), "inferbench-peers-")) : resolve(options.env);
    mkdirSync(home, { recursive: true });
    const { signal, dispose } = interruptible(() => {});
    try {
      report(await compare(options, home, signal), options);
    } finally {
      dispose();
      if (options.env === null && !options.keep) rmSync(home, { recursive: true, force: true });
      else console.error(`the environment is ${home}`);
    }
  } catch (error) {
    const hint = error instanceof ToolError && error.hint !== undefined ? `\n  ${error.hint}` : "";
    console.error(`error: ${messageOf(error)}${hint}`);
    process.exitCode = error instanceof ToolError ? error.exit : ExitCode.runFailed;
  }
}

function report(comparison: Comparison, { json, markdown }: Options): void {
  console.log(textOf(comparison));
  if (json !== null) writeFileSync(json, `${JSON.stringify(comparison, null, 2)}\n`);
  if (markdown !== null) writeFileSync(markdown, markdownOf(comparison));
}

main();
