import { sleepMs } from "../../core/wait.ts";
import { parseCsv } from "../csv.ts";

export interface Gpu {
  index: number;
  name: string;
  uuid: string;
  pciBusId: string;
  memoryTotalMib: number | null;
  powerLimitW: number | null;
}

export interface GpuInventory {
  driverVersion: string | null;
  /** The newest CUDA that the driver supports, as `nvidia-smi` shows it. */
  cudaVersion: string | null;
  devices: Gpu[];
}

/** All of these are known to every driver since 2015; one unknown field would fail the whole query. */
const FIELDS = "index,name,uuid,pci.bus_id,memory.total,power.limit,driver_version";

/**
 * The NVIDIA GPUs of this machine.
 * @param nvidiaSmi path of the program; null when there is none
 * @returns null when there is no answer within `timeoutMs`, or no GPU
 */
export async function readGpus(nvidiaSmi: string | null, timeoutMs = 2000): Promise<GpuInventory | null> {
  if (nvidiaSmi === null) return null;
  const [table, banner] = await Promise.all([
    outputOf([nvidiaSmi, `--query-gpu=${FIELDS}`, "--format=csv,noheader,nounits"], timeoutMs),
    outputOf([nvidiaSmi], timeoutMs),
  ]);
  const rows = table === null ? [] : parseCsv(table).filter((row) => row.length === FIELDS.split(",").length);
  if (rows.length === 0) return null;
  return {
    driverVersion: rows[0]?.[6]?.trim() || null,
    cudaVersion: /CUDA (?:UMD )?Version\s*:\s*([\d.]+)/.exec(banner ?? "")?.[1] ?? null,
    devices: rows.map(gpuOf),
  };
}

function gpuOf(row: readonly string[]): Gpu {
  const [index = "", name = "", uuid = "", pciBusId = "", memory = "", power = ""] = row.map((cell) =>
    cell.trim(),
  );
  return {
    index: Number(index),
    name,
    uuid,
    pciBusId,
    memoryTotalMib: numberOf(memory),
    powerLimitW: numberOf(power),
  };
}

/** `[N/A]` and `[Not Supported]` are absent, not 0. */
function numberOf(cell: string): number | null {
  const value = cell === "" ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? value : null;
}

/** What a program prints when it ends with 0 in time, or null. */
async function outputOf(command: string[], timeoutMs: number): Promise<string | null> {
  const finished = new AbortController();
  try {
    const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
    const answer = Promise.all([child.stdout.text(), child.exited]);
    // A child of the child may hold the pipe open, so the time-out does not wait for its end.
    const first = await Promise.race([answer, sleepMs(timeoutMs, finished.signal)]);
    if (first === undefined) child.kill("SIGKILL");
    return first?.[1] === 0 ? first[0] : null;
  } catch {
    return null;
  } finally {
    finished.abort();
  }
}
