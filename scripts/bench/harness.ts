import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The repository. */
export const ROOT = join(import.meta.dir, "../..");
export const BINARY = join(ROOT, `dist/inferbench-linux-${process.arch}`);
const folder = mkdtempSync(join(tmpdir(), "inferbench-bench-"));
let isMissed = false;

/** What a command took. */
export interface Cost {
  cpuMs: number;
  maxRssBytes: number;
  wallMs: number;
}

/** Runs a command to its end. @throws when it fails */
export async function timed(command: readonly string[], mayEnd: readonly number[] = [0]): Promise<Cost> {
  const startedAt = performance.now();
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: "65535" },
  });
  const [exit, stderr] = await Promise.all([child.exited, child.stderr.text()]);
  if (!mayEnd.includes(exit)) throw new Error(`${command.join(" ")} ended with ${exit}:\n${stderr}`);
  const usage = child.resourceUsage()!;
  return {
    cpuMs: Number(usage.cpuTime.total) / 1000,
    maxRssBytes: usage.maxRSS,
    wallMs: performance.now() - startedAt,
  };
}

/** Runs `use` with the address of a mock that ends with it. */
export async function withMock<T>(flags: readonly string[], use: (url: string) => Promise<T>): Promise<T> {
  const child = Bun.spawn([BINARY, "mock", "--port", "0", ...flags], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    const { value } = await child.stdout.getReader().read();
    return await use(`${Buffer.from(value!).toString().trim().split(" ").at(-1)}/v1/completions`);
  } finally {
    child.kill("SIGTERM");
    await child.exited;
  }
}

/** What the benchmarks look at in summary.json. */
export interface Summary {
  whole: {
    requests: { total: number; succeeded: number };
    requestThroughputPerS: number;
    metrics: Record<string, { quantiles: Record<string, { value: number }> } | null>;
  };
  load: { achievedRatePerS: number; peakInFlight: number };
}

/** Runs `inferbench serving`, and reads its summary. */
export async function serving(url: string, flags: readonly string[]): Promise<Cost & { summary: Summary }> {
  const outdir = join(folder, "out");
  // Calibration and drawing are not what is measured.
  const own = [
    "--no-calibrate",
    "--figures",
    "none",
    "--no-html",
    "--endpoint",
    url,
    "--outdir",
    outdir,
    "--overwrite",
  ];
  // An overloaded client is what some of them are after.
  const cost = await timed([BINARY, "serving", ...own, ...flags], [0, 5]);
  return { ...cost, summary: JSON.parse(readFileSync(join(outdir, "summary.json"), "utf8")) };
}

/** Prints a figure beside its target. */
export function say(name: string, value: string, target?: { text: string; isMet: boolean }): void {
  if (target !== undefined && !target.isMet) isMissed = true;
  const verdict = target === undefined ? "" : `${target.isMet ? "ok    " : "MISSED"} target ${target.text}`;
  console.log(`${name.padEnd(44)} ${value.padEnd(22)} ${verdict}`.trimEnd());
}

export function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Removes what was written; exit 1 when a target was missed. */
export function finish(): void {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = isMissed ? 1 : 0;
}
