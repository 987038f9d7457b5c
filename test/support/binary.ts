import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The compiled executable of this machine; scripts/test builds it before the tests run. */
export const binary = join(import.meta.dir, `../../dist/inferbench-linux-${process.arch}`);

const UNFIT = 5;

export interface Outcome {
  /** 0 also for 5: on a busy machine the client of any run may be unfit, which is what few tests are about. */
  exit: number;
  trueExit: number;
  stdout: string;
  stderr: string;
}

export interface Running {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** What it printed and how it ended. */
  outcome: Promise<Outcome>;
}

/** An empty folder of a test's own. */
export function emptyFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "inferbench-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * Starts a command with an environment that holds next to nothing. `serving` is not calibrated unless --calibrate is given, and makes no
 * figures and no page, which take seconds on a busy machine, unless `env` says more.
 */
export function start(command: readonly string[], cwd: string, env: Record<string, string> = {}): Running {
  const at = command.includes("--calibrate") ? 0 : command.indexOf("serving") + 1;
  const brief = at > 0 ? command.toSpliced(at, 0, "--no-calibrate") : [...command];
  const child = Bun.spawn(brief, {
    cwd,
    env: { PATH: "/usr/bin:/bin", HOME: cwd, INFERBENCH_FIGURES: "none", INFERBENCH_HTML: "false", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const outcome = Promise.all([child.exited, child.stdout.text(), child.stderr.text()]).then(
    ([trueExit, stdout, stderr]) => ({ exit: trueExit === UNFIT ? 0 : trueExit, trueExit, stdout, stderr }),
  );
  return { pid: child.pid, kill: (signal) => child.kill(signal), outcome };
}

/** Runs the executable to its end. */
export function run(
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Outcome> {
  return start([binary, ...args], cwd, env).outcome;
}

/** The whole lines of a file; none while it is not there. */
export function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}

/** Waits until a file has so many lines. @throws after 30 s */
export async function untilLines(path: string, count: number): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (linesOf(path).length < count) {
    if (performance.now() > deadline)
      throw new Error(`${path} has ${linesOf(path).length} lines, not ${count}`);
    await Bun.sleep(20);
  }
}
