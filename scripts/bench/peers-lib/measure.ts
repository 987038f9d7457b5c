import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { monotonicMs } from "../../../src/native/libc.ts";
import { startMockProcess } from "../../../test/support/mock-process.ts";
import type { Inputs } from "./inputs.ts";
import { durationMs, eventsOf, type Load } from "./loads.ts";
import { ProcessTree } from "./process-tree.ts";
import { MODEL, type Quantiles, type Run, type Tool } from "./tool.ts";
import { readTruth } from "./truth.ts";

/** Beyond the load's own time: imports of the heaviest tools take 20 s on a busy machine, and some wait at their end. */
const SPARE_MS = 120_000;
const END_MS = 5000;
/** Requests that warm the mock up before each tool, the same for all; `fetch` holds 256 at once. */
const WARM_UP_REQUESTS = 200;

/** One run of one tool. Times in ms, memory in bytes. */
export interface Measured {
  readonly tool: string;
  readonly streams: number;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** From its start to the first request that the mock read, and to the first of the load. */
  readonly firstRequestMs: number;
  readonly loadStartMs: number;
  readonly wallMs: number;
  /** User and system time of its whole process tree: before the first request of the load, during it, in all. */
  readonly cpuBeforeMs: number;
  readonly cpuDuringMs: number;
  readonly cpuMs: number;
  readonly cpuPerEventUs: number;
  readonly peakPssBytes: number;
  readonly reported: { readonly ttftMs: Quantiles; readonly itlMs: Quantiles };
  readonly truth: { readonly ttftMs: Quantiles; readonly itlMs: Quantiles };
  readonly mockLatenessMs: Quantiles;
}

interface Surroundings {
  inputs: Inputs;
  /** A folder of this run's own. */
  folder: string;
  interrupt: AbortSignal;
}

/** Runs a tool once, in a fresh folder against a fresh mock. @throws Error that says what went wrong */
export async function measure(
  tool: Tool,
  load: Load,
  { inputs, folder, interrupt }: Surroundings,
): Promise<Measured> {
  mkdirSync(folder, { recursive: true });
  const truthPath = join(folder, "truth.jsonl");
  const limitMs = 3 * durationMs(load) + SPARE_MS;
  const mock = await startMockProcess(
    ...["--truth", truthPath, "--ttft", `${load.ttftMs}ms`, "--itl", `${load.itlMs}ms`],
    ...["--model", MODEL, "--duration", `${2 * limitMs}ms`],
  );
  let finished: Finished;
  const run: Run = { load, url: mock.url, inputs, folder };
  let command: ReturnType<Tool["command"]>;
  let env: Record<string, string>;
  try {
    command = tool.command(run);
    env = {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      HF_HOME: inputs.hfHome,
      HF_HUB_OFFLINE: "1",
      ...command.env,
    };
    await warmUp(mock.url);
    finished = await runTool(command.argv, env, folder, limitMs, interrupt);
  } finally {
    await mock.stop();
  }
  const { startedAt, endedAt, exit, tree, rusageMs } = finished;
  if (exit !== 0) throw new Error(`it ended with ${exit}; see ${join(folder, "stderr.txt")}`);
  const truth = readTruth(truthPath, load, WARM_UP_REQUESTS);
  if (truth.complete !== load.requests)
    throw new Error(
      `it sent ${truth.complete} requests of ${load.outputTokens} tokens, not ${load.requests}`,
    );
  const cpuBeforeMs = tree.cpuUntil(truth.loadStartAt);
  const cpuDuringMs = tree.cpuUntil(truth.loadEndAt) - cpuBeforeMs;
  return {
    tool: tool.id,
    streams: load.streams,
    command: command.argv,
    env: { HF_HUB_OFFLINE: "1", ...command.env },
    firstRequestMs: truth.firstRequestAt! - startedAt,
    loadStartMs: truth.loadStartAt - startedAt,
    wallMs: endedAt - startedAt,
    cpuBeforeMs,
    cpuDuringMs,
    cpuMs: Math.max(rusageMs, tree.cpuUntil(endedAt)),
    cpuPerEventUs: (cpuDuringMs * 1000) / eventsOf(load),
    peakPssBytes: tree.peakPssBytes,
    reported: tool.read(run),
    truth: { ttftMs: truth.ttftMs, itlMs: truth.itlMs },
    mockLatenessMs: truth.mockLatenessMs,
  };
}

interface Finished {
  startedAt: number;
  endedAt: number;
  exit: number;
  tree: ProcessTree;
  /** CPU by wait4: the process, and those of its descendants that were waited for. */
  rusageMs: number;
}

async function runTool(
  argv: readonly string[],
  env: Record<string, string>,
  folder: string,
  limitMs: number,
  interrupt: AbortSignal,
): Promise<Finished> {
  const startedAt = monotonicMs();
  const child = Bun.spawn([...argv], {
    cwd: folder,
    env,
    stdin: "ignore",
    stdout: openSync(join(folder, "stdout.txt"), "w"),
    stderr: openSync(join(folder, "stderr.txt"), "w"),
    // A session of its own, by which the processes that it leaves behind are found.
    detached: true,
  });
  const tree = new ProcessTree(child.pid);
  const stop = () => void endAll(tree);
  const limit = setTimeout(stop, limitMs);
  interrupt.addEventListener("abort", stop);
  try {
    const exit = await child.exited;
    const endedAt = monotonicMs();
    const rusageMs = Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000;
    return { startedAt, endedAt, exit, tree, rusageMs };
  } finally {
    clearTimeout(limit);
    interrupt.removeEventListener("abort", stop);
    tree.stop();
    await endAll(tree);
  }
}

/** Ends what a tool left running, each process by its pid. */
async function endAll(tree: ProcessTree): Promise<void> {
  const deadline = monotonicMs() + END_MS;
  end(tree, "SIGTERM");
  while (tree.alive().length > 0 && monotonicMs() < deadline) await Bun.sleep(50);
  end(tree, "SIGKILL");
}

function end(tree: ProcessTree, signal: NodeJS.Signals): void {
  for (const pid of tree.alive()) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

async function warmUp(url: string): Promise<void> {
  const body = JSON.stringify({ model: MODEL, prompt: "warm up", max_tokens: 2, stream: true });
  const headers = { "content-type": "application/json", connection: "close" };
  const one = async () => (await fetch(`${url}/v1/completions`, { method: "POST", body, headers })).text();
  await Promise.all(Array.from({ length: WARM_UP_REQUESTS }, one));
}
