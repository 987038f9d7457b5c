import { usageError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { flagsOf } from "./command.ts";
import { commands } from "./commands.ts";
import { envName, flagName } from "./flags/flag.ts";

const PREFIX = "INFERBENCH_";
/** Variables that are no flags: the mark of the second start, the overrides of libraries, the scripts' own. */
const NO_FLAGS = [
  "INFERBENCH_REEXEC",
  "INFERBENCH_NVML",
  "INFERBENCH_CUDA",
  "INFERBENCH_CHECK_ENV",
  "INFERBENCH_CHECK_REDIS",
];

/**
 * A variable that no command knows is as wrong as an unknown flag; one of another command is not.
 * @throws ToolError USAGE that names the nearest known one
 */
export async function refuseUnknownVariables(
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const given = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !NO_FLAGS.includes(name));
  if (given.length === 0) return;
  const known = new Set<string>();
  for (const load of Object.values(commands)) {
    for (const key of Object.keys(flagsOf(await load()))) known.add(envName(flagName(key)));
  }
  const problems = given
    .filter((name) => !known.has(name))
    .map((name) => {
      const close = nearest(name, known);
      return `unknown environment variable ${name}${close === undefined ? "" : ` (did you mean ${close}?)`}`;
    });
  if (problems.length > 0) throw usageError(problems.join("\n"));
}
