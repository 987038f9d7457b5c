import { mkdtempSync } from "node:fs";
import { cpus, release } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../../src/core/errors.ts";
import type { Comparison, Failure, Start } from "./comparison.ts";
import { figuresOf, median } from "./figures.ts";
import { type Inputs, makeInputs } from "./inputs.ts";
import { type Measured, measure } from "./measure.ts";
import type { Options } from "./options.ts";
import { succeed } from "./python-env.ts";
import type { Installed, Tool } from "./tool.ts";

const IDLE_STARTS = 3;

/** Installs the tools into `home` and runs each at each load, saying on stderr what it does. */
export async function compare(options: Options, home: string, interrupt: AbortSignal): Promise<Comparison> {
  const installed = new Map<Tool, Installed>();
  const absent: { tool: string; why: string }[] = [];
  for (const tool of options.tools) {
    interrupt.throwIfAborted();
    console.error(`installing ${tool.id}`);
    try {
      installed.set(tool, await tool.install(home));
    } catch (error) {
      absent.push({ tool: tool.name, why: messageOf(error) });
    }
  }
  const tools = [...installed.keys()];
  const runsFolder = mkdtempSync(join(home, "runs-"));
  const inputs = makeInputs(join(runsFolder, "inputs"));
  const idleMs = new Map<Tool, number>();
  for (const [tool, { idle }] of installed) idleMs.set(tool, await idleTime(idle));
  const { runs, failures } = await allRuns(tools, options, { inputs, runsFolder, interrupt });
  const of = (tool: Tool) => runs.filter((run) => run.tool === tool.id);
  const starts: Start[] = tools.map((tool) => ({
    tool: tool.id,
    idle: installed.get(tool)!.idle,
    idleMs: idleMs.get(tool)!,
    firstRequestMs: median(of(tool).map((run) => run.firstRequestMs)),
    cpuBeforeMs: median(of(tool).map((run) => run.cpuBeforeMs)),
  }));
  const groups = tools.flatMap((tool) =>
    options.loads.map(({ streams }) => of(tool).filter((run) => run.streams === streams)),
  );
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    machine: { cores: cpus().length, cpu: cpu?.model ?? "unknown", kernel: release() },
    loads: options.loads,
    tools: tools.map((tool) => ({
      id: tool.id,
      name: tool.name,
      version: installed.get(tool)!.version,
      note: tool.note ?? null,
    })),
    absent,
    starts,
    figures: groups.filter((group) => group.length > 0).map(figuresOf),
    failures,
    runs,
  };
}

interface Surroundings {
  inputs: Inputs;
  runsFolder: string;
  interrupt: AbortSignal;
}

/** Tools take turns at each load, in another order each round, so that no one has the machine's quiet minutes for itself. */
async function allRuns(
  tools: readonly Tool[],
  { loads, rounds }: Options,
  { inputs, runsFolder, interrupt }: Surroundings,
): Promise<{ runs: Measured[]; failures: Failure[] }> {
  const runs: Measured[] = [];
  const failures: Failure[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const load of loads) {
      for (const [turn] of tools.entries()) {
        interrupt.throwIfAborted();
        const tool = tools[(turn + round) % tools.length]!;
        const folder = join(runsFolder, `${tool.id}-${load.streams}-${round + 1}`);
        const what = `round ${round + 1}, ${load.streams} streams, ${tool.id}`;
        try {
          const run = await measure(tool, load, { inputs, folder, interrupt });
          console.error(
            `${what}: ${run.cpuPerEventUs.toFixed(1)} µs/event, ${(run.wallMs / 1000).toFixed(1)} s`,
          );
          runs.push(run);
        } catch (error) {
          console.error(`${what}: ${messageOf(error)}`);
          failures.push({ tool: tool.id, streams: load.streams, why: messageOf(error) });
        }
      }
    }
  }
  return { runs, failures };
}

/** Median time from start to end of a command that does nothing, ms. */
async function idleTime(command: readonly string[]): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < IDLE_STARTS; i++) {
    const startedAt = performance.now();
    await succeed(command);
    times.push(performance.now() - startedAt);
  }
  return median(times)!;
}
