import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY, finish, median, say } from "./harness.ts";

const PAIRS = Number(process.argv[2] ?? 5);
const MIB = 1 << 20;
const SAMPLES = 256;
/** How often each run reads the whole file. */
const LOOPS = { disk: 12, memory: 40 };

const folder = mkdtempSync(join(process.env.INFERBENCH_BENCH_DIR ?? tmpdir(), "inferbench-bench-storage-"));
const memory = mkdtempSync("/dev/shm/inferbench-bench-storage-");

/** Runs a command to its end. @returns stdout @throws when it fails */
async function output(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [exit, stdout, stderr] = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  if (exit !== 0 && exit !== 5) throw new Error(`${command.join(" ")} ended with ${exit}:\n${stderr}`);
  return stdout;
}

let runs = 0;
async function storage(flags: readonly string[]) {
  const own = [
    "--no-cloud-probe",
    "--outdir",
    join(folder, "metrics"),
    "--run-name",
    `run${runs++}`,
    "--json",
    "--figures",
    "none",
  ];
  return JSON.parse(await output([BINARY, "storage", ...own, ...flags]));
}

/** Reads the one shard in order, each reader its own part, in blocks of 1 MiB. */
function readShard(dataRoot: string, workers: number, loops: number, more: readonly string[]) {
  const data = ["--data-root", dataRoot, "--layout", "records", "--sample-count", String(SAMPLES)];
  const shape = [
    "--sample-size-kb",
    "1024",
    "--samples-per-shard",
    String(SAMPLES),
    "--read-buffer-kb",
    "1024",
  ];
  const access = ["--access", "sequential", "--sharding", "contiguous", "--num-workers", String(workers)];
  const steps = [
    "--gbs",
    "16",
    "--mbs",
    "4",
    "--steps",
    String((SAMPLES * loops) / 16),
    "--warmup-steps",
    "0",
  ];
  return storage([...data, ...shape, ...access, ...steps, "--compute-ms", "0", ...more]);
}

async function fio(file: string, workers: number): Promise<number> {
  const part = (SAMPLES * MIB) / workers;
  const text = await output([
    "fio",
    "--name=read",
    `--filename=${file}`,
    "--rw=read",
    "--bs=1m",
    "--direct=1",
    "--ioengine=psync",
    "--thread",
    `--numjobs=${workers}`,
    `--size=${part}`,
    `--offset_increment=${part}`,
    `--loops=${LOOPS.disk}`,
    "--group_reporting",
    "--output-format=json",
  ]);
  return JSON.parse(text.slice(text.indexOf("{"))).jobs[0].read.bw_bytes;
}

const gbPerS = (bytesPerS: number) => `${(bytesPerS / 1e9).toFixed(2)} GB/s`;

/** Both in turn, the order changing from pair to pair, and the ratio of their medians. */
async function compare(
  name: string,
  least: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
) {
  const [own, other]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < PAIRS; pair++) {
    const runs = [async () => own.push(await ours()), async () => other.push(await theirs())];
    for (const run of pair % 2 === 0 ? runs : runs.reverse()) await run();
  }
  const [a, b] = [median(own), median(other)];
  const target = { text: `≥ ${least}`, isMet: a / b >= least };
  say(name, `${gbPerS(a)} / ${gbPerS(b)} = ${(a / b).toFixed(2)}`, target);
}

async function fromDisk(): Promise<void> {
  const data = join(folder, "disk");
  const cpu: number[] = [];
  const ours = async () => {
    const summary = await readShard(data, 4, LOOPS.disk, ["--direct"]);
    cpu.push(summary.cpuSPerGb);
    return summary.throughput.bytesPerS;
  };
  await ours();
  await compare("O_DIRECT, 4 readers, over fio", 0.95, ours, () => fio(join(data, "shard_000000.rec"), 4));
  const perGb = median(cpu);
  say("CPU-s/GB, start of threads included", perGb.toFixed(3), { text: "≤ 0.1", isMet: perGb <= 0.1 });
}

async function fromMemory(): Promise<void> {
  const loop = join(folder, "pread-loop");
  await output(["cc", "-O2", "-pthread", "-o", loop, join(import.meta.dir, "pread-loop.c")]);
  const data = join(memory, "data");
  const file = join(data, "shard_000000.rec");
  const ours = async () => (await readShard(data, 2, LOOPS.memory, [])).throughput.bytesPerS;
  await ours();
  // As much memory as each of our readers goes around in: 3 microbatches of 4 samples.
  const theirs = async () => Number(await output([loop, file, "2", String(MIB), String(LOOPS.memory), "12"]));
  await compare("memory, 2 readers, over a C loop of pread", 0.9, ours, theirs);
}

/** What the harness reaches where nothing has to be read. */
async function nullSource(): Promise<void> {
  for (const [computeMs, least] of [
    [1, 0.99],
    [0.4, 0.95],
  ] as const) {
    const values: number[] = [];
    const errors: number[] = [];
    for (let i = 0; i < PAIRS; i++) {
      const data = ["--data-root", join(memory, "small"), "--sample-count", "64", "--sample-size-kb", "4"];
      const shape = [
        "--gbs",
        "4",
        "--mbs",
        "4",
        "--steps",
        "1000",
        "--num-workers",
        "2",
        "--compute-ms",
        String(computeMs),
      ];
      const { compute } = await storage([...data, ...shape]);
      values.push(compute.nullSourceAu);
      errors.push(Math.abs(compute.error));
    }
    const [au, error] = [median(values), median(errors)];
    say(`AU of a null source, ${computeMs} ms compute`, au.toFixed(4), {
      text: `≥ ${least}`,
      isMet: au >= least,
    });
    const shown = `${(100 * error).toFixed(2)} %`;
    say(`error of ${computeMs} ms of emulated compute`, shown, { text: "≤ 1 %", isMet: error <= 0.01 });
  }
}

try {
  if (Bun.which("fio") === null) console.log("fio is not installed: left out");
  else await fromDisk();
  if (Bun.which("cc") === null) console.log("there is no C compiler: the loop of pread is left out");
  else await fromMemory();
  await nullSource();
} finally {
  rmSync(folder, { recursive: true, force: true });
  rmSync(memory, { recursive: true, force: true });
  finish();
}
