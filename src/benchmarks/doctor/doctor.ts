import { openFilesLimit } from "../../native/libc.ts";
import type { PriceSheet } from "../../results/prices/price-sheet.ts";
import { type Check, type CheckId, demand } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { cloudCheck } from "./cloud.ts";
import { cpuCheck, governorCheck } from "./cpu.ts";
import { cudaCheck } from "./cuda.ts";
import { directIoCheck, diskCheck } from "./disk.ts";
import { gpuCheck, nvmlCheck } from "./gpu.ts";
import { ioUringCheck } from "./io-uring.ts";
import type { Machine } from "./machine.ts";
import { memoryCheck } from "./memory.ts";
import { endpointCheck, hubCheck } from "./network.ts";
import { openFilesCheck } from "./open-files.ts";
import { raplCheck } from "./rapl.ts";

export interface DoctorOptions {
  machine: Machine;
  /** Where disk and direct reads are tried. */
  directory: string;
  /** The server to reach; null: none was named. */
  endpoint: URL | null;
  /** The model hub to reach; null: it was not asked for. */
  hubUrl: string | null;
  /** The metadata service (`METADATA_SERVICE`); null to ask no one. */
  metadataUrl: string | null;
  prices: PriceSheet;
  /** What has to be there. */
  required: readonly CheckId[];
}

/** Looks at all that measuring depends on, in at most about 10 s (a server that does not answer). Never throws for what is lacking. */
export async function examine(options: DoctorOptions): Promise<Check[]> {
  const { machine, directory, endpoint, hubUrl, metadataUrl, prices, required } = options;
  const [gpu, cloud, server, hub] = await Promise.all([
    gpuCheck(machine),
    cloudCheck(machine, metadataUrl, prices),
    endpoint === null ? null : endpointCheck(endpoint),
    hubUrl === null ? null : hubCheck(hubUrl),
  ]);
  const checks = [
    gpu,
    nvmlCheck(machine),
    cudaCheck(machine),
    raplCheck(machine),
    cpuCheck(machine),
    governorCheck(machine),
    clockCheck(machine),
    memoryCheck(machine),
    openFilesCheck(openFilesLimit()),
    diskCheck(machine, directory),
    directIoCheck(directory),
    ioUringCheck(machine),
    cloud,
    server,
    hub,
  ];
  return demand(
    checks.filter((check) => check !== null),
    required,
  );
}
