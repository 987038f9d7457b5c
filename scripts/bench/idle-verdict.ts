/** Counts the verdicts of short runs on a machine that is meant to be idle: prints each with its reasons; exit 1 if one is unfit. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

const BINARY = join(import.meta.dir, `../../dist/inferbench-linux-${process.arch}`);
const ROUNDS = 4;
const LOADS = [
  ["--rate", "5", "--output-tokens", "64"],
  ["--rate", "50", "--output-tokens", "32"],
  ["--rate", "200", "--output-tokens", "8"],
  ["--concurrency", "1", "--output-tokens", "64"],
  ["--concurrency", "16", "--output-tokens", "64"],
];

interface Summary {
  validity: { verdict: "fit" | "doubtful" | "unfit"; reasons: string[] };
}

const folder = mkdtempSync(join(tmpdir(), "inferbench-idle-"));

async function verdictOf(url: string, load: readonly string[]): Promise<Summary["validity"]> {
  const outdir = join(folder, "out");
  const common = [
    "--endpoint",
    url,
    "--duration",
    "2",
    "--outdir",
    outdir,
    "--overwrite",
    "--no-cloud-probe",
  ];
  const child = Bun.spawn([BINARY, "serving", ...common, ...load], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const [exit, stderr] = await Promise.all([child.exited, child.stderr.text()]);
  if (exit !== 0 && exit !== 5) throw new Error(`serving ended with ${exit}:\n${stderr}`);
  const summary: Summary = JSON.parse(readFileSync(join(outdir, "summary.json"), "utf8"));
  return summary.validity;
}

async function main(): Promise<void> {
  const mock = Bun.spawn(
    [BINARY, "mock", "--port", "0", "--ttft", "50ms", "--itl", "10ms", "--stop-with-stdin"],
    {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const counts = { fit: 0, doubtful: 0, unfit: 0 };
  try {
    const { value } = await mock.stdout.getReader().read();
    const url = `${Buffer.from(value!).toString().trim().split(" ").at(-1)}/v1/completions`;
    for (let round = 0; round < ROUNDS; round++) {
      for (const load of LOADS) {
        const { verdict, reasons } = await verdictOf(url, load);
        counts[verdict]++;
        const others = `load average ${loadavg()[0]!.toFixed(2)}`;
        console.log(`${verdict.padEnd(9)} ${load.join(" ").padEnd(36)} ${others}`);
        for (const reason of reasons) console.log(`            ${reason}`);
      }
    }
  } finally {
    mock.kill("SIGTERM");
    await mock.exited;
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${counts.fit} fit, ${counts.doubtful} doubtful, ${counts.unfit} unfit`);
  process.exitCode = counts.unfit > 0 ? 1 : 0;
}

main();
