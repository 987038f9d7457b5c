import { ExitCode } from "../../core/errors.ts";
import { version } from "../../core/version.ts";
import { systemClock } from "../../native/system-clock.ts";
import { rowOfSample } from "../../report/gpu-row.ts";
import { gpuTable, rowsTable } from "../../report/gpu-table.ts";
import { strictJson } from "../../results/strict-json.ts";
import { gpuChoice } from "../../telemetry/gpu/choose.ts";
import { readMachine } from "../../telemetry/gpu/read-machine.ts";
import { printResult } from "../output.ts";
import { notes } from "../ui/notes.ts";
import { noGpu, openMonitor } from "./open-monitor.ts";

/** Between readings of nvidia-smi, of which one is needed. */
const SMI_INTERVAL_MS = 1000;

/** Shows the machine's GPUs once. @throws ToolError NO_GPU, exit 4 */
export async function showOnce({ gpu, json }: { gpu: string | undefined; json: boolean }): Promise<ExitCode> {
  const at = new Date().toISOString();
  const machine = readMachine(process.env, gpuChoice(gpu, process.env));
  if (!machine.ok) {
    if (machine.hasNvml) throw noGpu(machine.reason);
    return showBySmi(gpu, json, at);
  }
  const { library, versions, gpus, note } = machine;
  if (note !== null) notes.warn(note);
  const source = { kind: "nvml", library, versions };
  printResult(
    json
      ? strictJson({ schemaVersion: 1, tool: "inferbench", version, at, source, gpus })
      : `inferbench ${version} gpu   ${gpuTable(versions, gpus)}`,
  );
  return ExitCode.ok;
}

/** The few figures that nvidia-smi gives where NVML cannot be loaded. */
async function showBySmi(gpu: string | undefined, json: boolean, at: string): Promise<ExitCode> {
  const clock = systemClock();
  const start = await openMonitor({ gpu, intervalMs: SMI_INTERVAL_MS, path: null, clock, serverPort: null });
  if (!start.ok) throw noGpu(start.reason);
  const { monitor } = start;
  const samples = monitor.latest();
  await monitor.stop();
  printResult(
    json
      ? strictJson({
          schemaVersion: 1,
          tool: "inferbench",
          version,
          at,
          source: monitor.source,
          gpus: samples.map(({ gpu: { uuid }, sample: { atMs: _, ...figures } }) => ({ uuid, ...figures })),
        })
      : rowsTable(samples.map(({ gpu, sample }) => rowOfSample(sample, { ...gpu, name: gpu.uuid }))).join(
          "\n",
        ),
  );
  return ExitCode.ok;
}
