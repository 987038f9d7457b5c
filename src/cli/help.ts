import { version } from "../core/version.ts";
import { descriptions } from "./command-names.ts";

/** Whether the command line asks only for text that needs no set-up. */
export function isHelpOrVersion(argv: readonly string[]): boolean {
  return argv.length === 0 || argv.some((word) => word === "--help" || word === "-h") || isVersion(argv[0]);
}

export function isVersion(word: string | undefined): boolean {
  return word === "--version" || word === "-v" || word === "-V";
}

/** `inferbench --help`. */
export function mainHelp(): string {
  const width = Math.max(...Object.keys(descriptions).map((name) => name.length));
  const rows = Object.entries(descriptions).map(
    ([name, description]) => `  ${name.padEnd(width)}  ${description}`,
  );
  return [
    `inferbench ${version}: measures inference on this machine`,
    "",
    "Usage: inferbench <command> [flags]",
    "",
    "Commands:",
    ...rows,
    "",
    "  inferbench <command> --help   the command's flags",
    "  inferbench --version          the version",
    "",
    "Exit codes: 0 ok, 1 run failed, 2 wrong usage, 3 gate failed, 4 environment",
    "lacks something, 5 client not fit to measure, 130 interrupted",
  ].join("\n");
}
