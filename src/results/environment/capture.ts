import { type CgroupLimits, readCgroupLimits } from "./cgroup.ts";
import { type Cloud, identifyCloud } from "./cloud.ts";
import { type Cpu, readCpu } from "./cpu.ts";
import { type Disk, readDisk } from "./disk.ts";
import { type GpuInventory, readGpus } from "./gpus.ts";
import { type Host, readHost } from "./host.ts";
import { type Memory, readMemory } from "./memory.ts";

/** The machine that a run was made on; what cannot be read is null. */
export interface Environment {
  host: Host;
  cpu: Cpu;
  memory: Memory;
  cgroup: CgroupLimits;
  disks: Disk[];
  gpus: GpuInventory | null;
  cloud: Cloud | null;
}

export interface CaptureOptions {
  /** Where /proc, /sys and /etc are: `/`, or a stand-in tree in tests. */
  root?: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Directories whose disks matter to the run: data and results. */
  directories: readonly string[];
  /** Path of nvidia-smi, as telemetry/gpu finds it; null to leave the GPUs out. */
  nvidiaSmi: string | null;
  /** Address of the metadata service (`METADATA_SERVICE`); null to ask no one. */
  metadataUrl: string | null;
}

/** Reads the environment, all parts at once; takes at most about 2 s (a slow GPU driver) and never throws. */
export async function captureEnvironment(options: CaptureOptions): Promise<Environment> {
  const { root = "/", env, directories, nvidiaSmi, metadataUrl } = options;
  const [gpus, cloud] = await Promise.all([
    readGpus(nvidiaSmi),
    metadataUrl === null ? null : identifyCloud(metadataUrl),
  ]);
  return {
    host: readHost(root, env),
    cpu: readCpu(root),
    memory: readMemory(root),
    cgroup: readCgroupLimits(root),
    disks: directories.map((directory) => readDisk(root, directory)),
    gpus,
    cloud,
  };
}
