/** What scripts/check-gpu does once the executable is built; see there. Exit 0, 1 or 4. */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { textTable } from "../../src/report/text-table.ts";
import { findNvidiaSmi } from "../../src/telemetry/gpu/find-nvidia-smi.ts";
import { readMachine } from "../../src/telemetry/gpu/read-machine.ts";
import type { GpuFigures } from "../../src/telemetry/gpu/run-figures.ts";
import { checkCopies } from "./copies.ts";
import { compare } from "./fields.ts";
import { parseSmiXml, type SmiGpu } from "./smi-xml.ts";

const BINARY = join(import.meta.dir, `../../dist/inferbench-linux-${process.arch}`);
const ENERGY_DIFFERENCE = 0.05;
const COST = [
  { intervalMs: 100, share: 0.01 },
  { intervalMs: 10, share: 0.05 },
];
/** Of the time for energy: what the cost is measured over, at each period. */
const COST_PART = 1 / 3;

/** What a load may take until it draws power. */
const LOAD_START_MS = 5000;

/** Keeps the first GPU busy for so many seconds; ends with 3 where there is no PyTorch that sees a GPU. */
const TORCH_LOAD = (seconds: number) => `
import sys, time
try:
    import torch
    a = torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16)
except Exception:
    sys.exit(3)
end = time.monotonic() + ${seconds}
while time.monotonic() < end:
    for _ in range(50):
        b = a @ a
    torch.cuda.synchronize()
`;

const { values } = parseArgs({
  options: { duration: { type: "string", default: "30" }, load: { type: "string" } },
});
const durationS = Number(values.duration);
if (!(durationS > 0)) {
  console.error(`error: --duration is a number of seconds, not ${values.duration}`);
  process.exit(2);
}
let failures = 0;

function verdict(holds: boolean, text: string): void {
  if (!holds) failures++;
  console.log(`${holds ? "ok    " : "FAILED"} ${text}`);
}

async function checkFields(): Promise<void> {
  console.log("== figures beside nvidia-smi -q -x");
  const smi = findNvidiaSmi(process.env);
  const before = smi.ok ? smiGpus(smi.path) : null;
  const machine = readMachine(process.env, null);
  const after = smi.ok ? smiGpus(smi.path) : null;
  if (!machine.ok) {
    console.log(`no GPU: ${machine.reason}`);
    process.exit(4);
  }
  if (before === null || after === null) {
    console.log("not checked: no nvidia-smi");
    return;
  }
  for (const snapshot of machine.gpus) {
    const [first, second] = [before[snapshot.index], after[snapshot.index]];
    if (first === undefined || second === undefined) {
      verdict(false, `GPU ${snapshot.index} is not in nvidia-smi's list`);
      continue;
    }
    const rows = compare(snapshot, first, second);
    const shown = rows.map(({ name, ours, before, after }) => [name, ours, before, after]);
    console.log(textTable([[`GPU ${snapshot.index}`, "here", "before", "after"], ...shown]).join("\n"));
    const differing = rows.filter(({ agrees }) => !agrees).map(({ name }) => name);
    const text = `GPU ${snapshot.index}: ${rows.length - differing.length} of ${rows.length} figures agree`;
    verdict(
      differing.length === 0,
      differing.length === 0 ? text : `${text}, but not: ${differing.join(", ")}`,
    );
  }
}

function smiGpus(path: string): SmiGpu[] {
  return parseSmiXml(Bun.spawnSync([path, "-q", "-x"]).stdout.toString());
}

/** Records with the executable, as a user would. */
async function record(
  seconds: number,
  intervalMs: number,
  flags: readonly string[] = [],
): Promise<GpuFigures> {
  const period = ["--gpu-interval", `${intervalMs}ms`, "--duration", `${seconds}s`];
  const child = Bun.spawn([BINARY, "gpu", "--json", ...period, ...flags], {
    stdout: "pipe",
    stderr: "ignore",
  });
  return JSON.parse(await child.stdout.text());
}

async function checkEnergy(): Promise<void> {
  console.log(`== energy over ${durationS} s`);
  // The load outlasts the recording, and has a moment to begin.
  const command = values.load ?? 'exec python3 -c "$0"';
  const load = Bun.spawn(["sh", "-c", command, TORCH_LOAD(durationS + 10)], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const early = await Promise.race([load.exited, Bun.sleep(LOAD_START_MS).then(() => null)]);
  if (early !== null)
    console.log(`no load: ${values.load ?? "Python with PyTorch and a GPU"} ended with ${early}`);
  const { devices } = await record(durationS, 100);
  load.kill("SIGKILL");
  for (const { index, energy, powerW } of devices) {
    const { counterJoules = null, powerJoules = null } = energy ?? {};
    if (counterJoules === null || powerJoules === null) {
      console.log(`GPU ${index}: not checked, no ${counterJoules === null ? "energy counter" : "power"}`);
      continue;
    }
    const difference = counterJoules / powerJoules - 1;
    verdict(
      Math.abs(difference) <= ENERGY_DIFFERENCE,
      `GPU ${index}: counter ${counterJoules.toFixed(0)} J, integral of power.draw ${powerJoules.toFixed(0)} J, ${(100 * difference).toFixed(1)} % (at ${powerW?.mean.toFixed(0)} W)`,
    );
  }
}

async function checkCost(): Promise<void> {
  console.log("== what the sampler takes");
  for (const { intervalMs, share } of COST) {
    const { sampler } = await record(Math.max(2, durationS * COST_PART), intervalMs, ["--gpu", "0"]);
    if (sampler === null) {
      verdict(false, `at ${intervalMs} ms: no figures`);
      continue;
    }
    const { cpuShare, periodMs, readMs, readMaxMs } = sampler;
    verdict(
      cpuShare <= share,
      `at ${intervalMs} ms: ${(100 * cpuShare).toFixed(2)} % of a core (limit ${100 * share} %), period ${periodMs?.toFixed(2)} ms, a round ${readMs.toFixed(2)} ms, at most ${readMaxMs.toFixed(2)} ms`,
    );
  }
}

async function checkAllCopies(): Promise<void> {
  const machine = readMachine(process.env, null);
  if (machine.ok) await checkCopies([BINARY], machine.gpus, process.env, verdict);
}

checkFields()
  .then(checkAllCopies)
  .then(checkEnergy)
  .then(checkCost)
  .then(() => {
    console.log(failures === 0 ? "all holds" : `${failures} checks failed`);
    process.exit(failures === 0 ? 0 : 1);
  });
