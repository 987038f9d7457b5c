import { runCommand } from "citty";
import { ExitCode, ToolError, usageError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { version } from "../core/version.ts";
import { wrapped } from "../report/wrapped.ts";
import type { CommandName } from "./command-names.ts";
import { commands } from "./commands.ts";
import { isVersion, mainHelp } from "./help.ts";
import { printNote, printResult, terminalColumns } from "./output.ts";
import { WORKER_COMMAND } from "./serving/worker-command.ts";
import { refuseUnknownVariables } from "./unknown-variables.ts";

/** Runs the command that `argv` names. Never throws. @returns the exit code */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  try {
    const [name, ...rest] = argv;
    if (name === undefined || name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
      printResult(mainHelp());
      return name === undefined ? ExitCode.usage : ExitCode.ok;
    }
    if (isVersion(name)) {
      printResult(version);
      return ExitCode.ok;
    }
    if (name === WORKER_COMMAND) return await (await import("./serving/worker.ts")).runWorker();
    if (name === "help") return await runCommandLine([rest[0] as string, "--help"]);
    const load = Object.hasOwn(commands, name) ? commands[name as CommandName] : undefined;
    if (load === undefined) throw unknownCommand(name);
    if (!rest.includes("--help") && !rest.includes("-h")) await refuseUnknownVariables(process.env);
    // As data, not as rawArgs: citty parses those in its own way first, and throws on a word such as `-_`.
    const { result } = await runCommand(await load(), { rawArgs: [], data: rest });
    return result as ExitCode;
  } catch (error) {
    return report(error);
  }
}

function unknownCommand(name: string): ToolError {
  if (name.startsWith("-")) {
    return usageError(
      `the command comes before its flags, but the first word is ${name}`,
      "See inferbench --help.",
    );
  }
  const close = nearest(name, Object.keys(commands));
  return usageError(
    `unknown command "${name}"`,
    close === undefined ? "See inferbench --help for the commands." : `Did you mean ${close}?`,
  );
}

/** Under the texts behind `error: `. */
const INDENT = " ".repeat("error: ".length);

/** Says what went wrong, once. What is not a ToolError is a bug and shows its stack. */
function report(error: unknown): ExitCode {
  if (error instanceof ToolError) {
    const lines = [...error.message.split("\n"), ...(error.hint === undefined ? [] : [error.hint])];
    const text = lines.map((line, i) => `${i === 0 ? "error: " : INDENT}${line}`).join("\n");
    printNote(wrapped(text, terminalColumns(), { indent: INDENT.length }));
    return error.exit;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printNote(`inferbench ${version}: internal error, please report it with this text\n${stack}`);
  return ExitCode.runFailed;
}
