import { readFileSync } from "node:fs";
import { join } from "node:path";
import { monotonicMs } from "../../native/libc.ts";
import { type Device, listDevices } from "../../native/nvml/devices.ts";
import type { Nvml } from "../../native/nvml/nvml.ts";
import { readPcieThroughput } from "../../native/nvml/pcie.ts";
import { readProcesses } from "../../native/nvml/processes.ts";
import { isKnown, mapValue, orNull } from "../../native/nvml/values.ts";
import { PcieBoard } from "./pcie-board.ts";
import { runRounds } from "./rounds.ts";
import { SamplerControl } from "./sampler-control.ts";
import type { FromSampler, SeenProcess, StartSlowLane } from "./sampler-messages.ts";
import { findServer, type ServerProcesses } from "./server-processes.ts";

const PERIOD_MS = 1000;
const BYTES_PER_MIB = 1024 ** 2;

/**
 * Each second, in a thread of its own: PCIe throughput, for which the driver counts 20 ms in each direction, and the processes
 * on each GPU. Blocks its thread until the word to stop. Closes `nvml`.
 */
export function runSlowLane(nvml: Nvml, start: StartSlowLane, post: (message: FromSampler) => void): void {
  const list = listDevices(nvml);
  const devices = isKnown(list) ? list.devices : [];
  const board = new PcieBoard(start.pcie);
  const control = new SamplerControl(start.control);
  const gpus = start.gpus.map((index) => devices.find((device) => device.index === index));
  const server = start.serverPort === null ? null : findServer(start.serverPort, start.root);
  runRounds(PERIOD_MS, notCounted(control), monotonicMs, () => {
    for (const [place, device] of gpus.entries()) {
      if (device === undefined || control.isStopped) continue;
      board.put(place, readPcieThroughput(nvml, device.handle));
      tellProcesses(nvml, device, { server, root: start.root }, post);
    }
    return true;
  });
  nvml.close();
}

/** What is skipped here is not the sampler's. */
function notCounted(control: SamplerControl) {
  return {
    get isStopped() {
      return control.isStopped;
    },
    sleep: (ms: number) => control.sleep(ms),
    countSkipped() {},
  };
}

function tellProcesses(
  nvml: Nvml,
  device: Device,
  { server, root }: { server: ServerProcesses | null; root: string },
  post: (message: FromSampler) => void,
): void {
  const read = readProcesses(nvml, device.handle);
  if (!isKnown(read)) return;
  const processes = read.map(
    ({ pid, usedBytes }): SeenProcess => ({
      pid,
      name: processName(pid, root),
      usedMib: orNull(mapValue(usedBytes, (bytes) => bytes / BYTES_PER_MIB)),
      isServer: server?.has(pid) ?? null,
    }),
  );
  post({ kind: "processes", index: device.index, atMs: monotonicMs(), processes });
}

function processName(pid: number, root: string): string | null {
  try {
    return readFileSync(join(root, `proc/${pid}/comm`), "utf8").trim();
  } catch {
    return null;
  }
}
