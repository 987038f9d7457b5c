import { runCommandLine } from "./cli/command-line.ts";
import { isHelpOrVersion } from "./cli/help.ts";
import { reexecWithRaisedLimits } from "./cli/reexec.ts";

const argv = process.argv.slice(2);
if (!isHelpOrVersion(argv)) reexecWithRaisedLimits(argv);
// No top-level await: Bun's bytecode can end a program half way on it (oven-sh/bun#37770).
runCommandLine(argv).then((exitCode) => {
  // Everything is written by now, synchronously (cli/output.ts); a request still open must not hold the exit up.
  process.exit(exitCode);
});
