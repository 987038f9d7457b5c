import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY, finish, median, say } from "./harness.ts";

const PAIRS = Number(process.argv[2] ?? 5);
const MIB = 1 << 20;
const SAMPLES = 256;
/** How often each run reads the whole file. */
const LOOPS = { disk: 24, memory: 120 };
/** Of io_uring, for each of its readers. */
const DEPTH = 8;
/** Samples of a microbatch: from memory so many that handing them over, which no loop in C does, is little beside reading them. */
const MICROBATCH = { disk: 4, memory: 8 };
/** Microbatches that each reader loads ahead: from disk enough that it does not wait for the consumer. */
const AHEAD = { disk: 6, memory: 2 };
/** Microbatches of a step. */
const STEP = 4;

const folder = mkdtempSync(join(process.env.INFERBENCH_BENCH_DIR ?? tmpdir(), "inferbench-bench-storage-"));
const memory = mkdtempSync("/dev/shm/inferbench-bench-storage-");

/** Runs a command to its end. @returns stdout, and the CPU time it took @throws when it fails */
async function run(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; cpuS: number }> {
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...env },
  });
  const [exit, stdout, stderr] = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  if (exit !== 0 && exit !== 5) throw new Error(`${command.join(" ")} ended with ${exit}:\n${stderr}`);
  return { stdout, cpuS: Number(child.resourceUsage()!.cpuTime.total) / 1e6 };
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
    "--no-html",
  ];
  return JSON.parse((await run([BINARY, "storage", ...own, ...flags])).stdout);
}

/** Reads the one shard in order, each reader its own part, in blocks of 1 MiB. */
function readShard(dataRoot: string, from: "disk" | "memory", workers: number, more: readonly string[]) {
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
    String(STEP * MICROBATCH[from]),
    "--mbs",
    String(MICROBATCH[from]),
    "--prefetch-depth",
    String(AHEAD[from]),
    "--steps",
    String((SAMPLES * LOOPS[from]) / (STEP * MICROBATCH[from])),
    "--warmup-steps",
    "0",
  ];
  return storage([...data, ...shape, ...access, ...steps, "--compute-ms", "0", ...more]);
}

/** @param hasHugePages whether its buffers are in huge pages, as ours are: else the disk takes each read in 256 pieces */
async function fio(
  file: string,
  workers: number,
  engine: readonly string[],
  hasHugePages: boolean,
): Promise<number> {
  const part = (SAMPLES * MIB) / workers;
  const { stdout: text } = await run(
    [
      "fio",
      "--name=read",
      `--filename=${file}`,
      "--rw=read",
      "--bs=1m",
      "--direct=1",
      ...engine,
      "--thread",
      `--numjobs=${workers}`,
      `--size=${part}`,
      `--offset_increment=${part}`,
      `--loops=${LOOPS.disk}`,
      "--group_reporting",
      "--output-format=json",
      ...(hasHugePages ? ["--iomem_align=2m"] : []),
    ],
    hasHugePages ? { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" } : {},
  );
  return JSON.parse(text.slice(text.indexOf("{"))).jobs[0].read.bw_bytes;
}

const gbPerS = (bytesPerS: number) => `${(bytesPerS / 1e9).toFixed(2)} GB/s`;

/**
 * Both in turn, the order changing from pair to pair: their medians, and the median of the pairs' ratios, which a load that comes and goes
 * moves less.
 */
async function compare(
  name: string,
  least: number | null,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
) {
  const [own, other]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < PAIRS; pair++) {
    const runs = [async () => own.push(await ours()), async () => other.push(await theirs())];
    for (const run of pair % 2 === 0 ? runs : runs.reverse()) await run();
  }
  const ratio = median(own.map((value, pair) => value / other[pair]!));
  const target = least === null ? undefined : { text: `≥ ${least}`, isMet: ratio >= least };
  say(name, `${gbPerS(median(own))} / ${gbPerS(median(other))} = ${ratio.toFixed(2)}`, target);
}

function sayCpu(name: string, perGb: number[], least?: number): void {
  const value = median(perGb);
  const target = least === undefined ? undefined : { text: `≤ ${least}`, isMet: value <= least };
  say(name, value.toFixed(3), target);
}

/** Builds the loop in C. @returns its path, null where there is no compiler */
async function preadLoop(): Promise<string | null> {
  if (Bun.which("cc") === null) return null;
  const loop = join(folder, "pread-loop");
  await run(["cc", "-O2", "-pthread", "-o", loop, join(import.meta.dir, "pread-loop.c")]);
  return loop;
}

async function fromDisk(loop: string | null): Promise<void> {
  const data = join(folder, "disk");
  const file = join(data, "shard_000000.rec");
  const ways: { name: string; workers: number; own: string[]; fio: string[] }[] = [
    { name: "O_DIRECT, 4 readers, over fio", workers: 4, own: [], fio: ["--ioengine=psync"] },
    {
      name: `O_DIRECT, io_uring ${DEPTH} deep, over fio`,
      workers: 1,
      own: ["--engine", "io_uring", "--io-depth", String(DEPTH)],
      fio: ["--ioengine=io_uring", `--iodepth=${DEPTH}`],
    },
  ];
  for (const way of ways) {
    const cpu: number[] = [];
    const depths: number[] = [];
    const ours = async () => {
      // fio waits for nobody.
      const summary = await readShard(data, "disk", way.workers, ["--direct", ...way.own]);
      cpu.push(summary.cpuSPerGb);
      depths.push(summary.loader.queueDepth?.mean ?? 1);
      return summary.throughput.bytesPerS;
    };
    // The file is made.
    await ours();
    for (const hasHugePages of Bun.which("fio") === null ? [] : [false, true]) {
      const name = `${way.name}${hasHugePages ? " in huge pages" : ""}`;
      await compare(name, 0.95, ours, () => fio(file, way.workers, way.fio, hasHugePages));
    }
    if (loop !== null && way.own.length === 0) await overLoop(loop, file, way.workers, ours);
    sayCpu("CPU-s/GB, start of threads included", cpu, 0.1);
    if (way.own.length > 0) say("reads under way, mean", median(depths).toFixed(1));
  }
}

/**
 * fio's threads read into one block each again and again, which stays in the processor's cache; ours into all that they have ahead. What that
 * alone costs, a loop in C says that does the one and the other.
 */
async function overLoop(
  loop: string,
  file: string,
  workers: number,
  ours: () => Promise<number>,
): Promise<void> {
  const into = (blocks: number) => async () =>
    Number((await run([loop, file, ...[workers, MIB, LOOPS.disk, blocks].map(String), "direct"])).stdout);
  const asOurs = (AHEAD.disk + 1) * MICROBATCH.disk;
  const name = `O_DIRECT, ${workers} readers, over a C loop of pread`;
  await compare(name, 0.95, ours, into(asOurs));
  await compare("that loop, over one block for each thread", null, into(asOurs), into(1));
}

/** From memory there is nothing to wait for: readers are processors' work, as is the consumer's, which shares with them where they are few. */
async function fromMemory(loop: string, readers: number): Promise<void> {
  const data = join(memory, "data");
  const file = join(data, "shard_000000.rec");
  const cpu: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  const ours = async () => {
    const summary = await readShard(data, "memory", readers, []);
    cpu.ours.push(summary.cpuSPerGb);
    return summary.throughput.bytesPerS;
  };
  await ours();
  // As much memory as each of our readers goes around in.
  const theirs = async () => {
    const { stdout, cpuS } = await run([
      loop,
      file,
      String(readers),
      String(MIB),
      String(LOOPS.memory),
      String((AHEAD.memory + 1) * MICROBATCH.memory),
    ]);
    cpu.theirs.push(cpuS / ((SAMPLES * MIB * LOOPS.memory) / 1e9));
    return Number(stdout);
  };
  const name = `memory, ${readers} ${readers === 1 ? "reader" : "readers"}, over a C loop of pread`;
  await compare(name, 0.9, ours, theirs);
  sayCpu("CPU-s/GB, start of threads included", cpu.ours);
  sayCpu("CPU-s/GB of the C loop", cpu.theirs);
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

/** What else goes on here counts: on few cores it takes from whoever has more threads. */
const sayLoad = () =>
  say("load average, and processors", `${loadavg()[0]!.toFixed(2)} of ${navigator.hardwareConcurrency}`);

try {
  sayLoad();
  if (Bun.which("fio") === null) console.log("fio is not installed: left out");
  const loop = await preadLoop();
  if (loop === null) console.log("there is no C compiler: the loop of pread is left out");
  await fromDisk(loop);
  if (loop !== null) for (const readers of [1, 2]) await fromMemory(loop, readers);
  await nullSource();
  sayLoad();
} finally {
  rmSync(folder, { recursive: true, force: true });
  rmSync(memory, { recursive: true, force: true });
  finish();
}
