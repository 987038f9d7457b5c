import type { NvmlFunction } from "./functions.ts";
import { layouts } from "./layouts.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { failureOf, isKnown, mapValue, returnCode, SUCCESS, type Value } from "./values.ts";

/** What a process has open on a GPU. */
export type ProcessKind = "compute" | "graphics" | "mps";

export interface GpuProcess {
  /** As the driver counts: inside a container it may be a number of the host's. */
  pid: number;
  kind: ProcessKind;
  /** `unsupported` where the driver does not tell, as in some containers. */
  usedBytes: Value;
}

/** By kind, newest first: an older driver lacks the later ones. */
const CALLS = {
  compute: [
    "nvmlDeviceGetComputeRunningProcesses_v3",
    "nvmlDeviceGetComputeRunningProcesses_v2",
    "nvmlDeviceGetComputeRunningProcesses",
  ],
  graphics: [
    "nvmlDeviceGetGraphicsRunningProcesses_v3",
    "nvmlDeviceGetGraphicsRunningProcesses_v2",
    "nvmlDeviceGetGraphicsRunningProcesses",
  ],
  mps: [
    "nvmlDeviceGetMPSComputeRunningProcesses_v3",
    "nvmlDeviceGetMPSComputeRunningProcesses_v2",
    "nvmlDeviceGetMPSComputeRunningProcesses",
  ],
} as const satisfies Record<ProcessKind, readonly NvmlFunction[]>;

const v1 = layouts.nvmlProcessInfo_v1_t;
const LARGEST = layouts.nvmlProcessDetail_v1_t.size;
/** The entries that drivers write. */
const STRIDES: readonly number[] = [v1.size, layouts.nvmlProcessInfo_v2_t.size, LARGEST];
const INSUFFICIENT_SIZE = returnCode("INSUFFICIENT_SIZE");
/** Places at first; twice as many when they do not do, up to the last. */
const FIRST_PLACES = 64;
const MOST_PLACES = 4096;
/** NVML_VALUE_NOT_AVAILABLE. */
const NO_VALUE = 0xffff_ffff_ffff_ffffn;
/** What no entry ends with: its last field is a size, or an instance id (0xffffffff without MIG). */
const UNTOUCHED = 0xa5;

/** The processes that use a GPU, of all kinds. */
export function readProcesses(nvml: Nvml, device: DeviceHandle): Value<GpuProcess[]> {
  const lists = (Object.keys(CALLS) as ProcessKind[]).map((kind) => readKind(nvml, device, kind));
  const known = lists.filter(isKnown);
  // A GPU without graphics has compute processes all the same.
  return known.length === 0 ? (lists[0] as Value<GpuProcess[]>) : known.flat();
}

function readKind(nvml: Nvml, device: DeviceHandle, kind: ProcessKind): Value<GpuProcess[]> {
  const name = CALLS[kind].find((call) => nvml.has(call));
  if (name === undefined) return "unsupported";
  const count = new Uint32Array(1);
  for (let places = FIRST_PLACES; places <= MOST_PLACES; places *= 2) {
    const entries = new Uint8Array(places * LARGEST).fill(UNTOUCHED);
    count[0] = places;
    const code = nvml.call(name, device, count, entries);
    if (code === INSUFFICIENT_SIZE) continue;
    if (code !== SUCCESS) return failureOf(code);
    return mapValue(strideOf(entries, count[0]), (stride) => entriesOf(entries, count[0]!, stride, kind));
  }
  return failureOf(INSUFFICIENT_SIZE);
}

/**
 * The size of an entry, as what was written shows it. The `_v3` functions took entries of 32 bytes in drivers 535.43 to 535.86
 * and of 24 in later ones, with nothing to tell them apart (XuehaiPan/nvitop#79), and a driver was seen to write 16 (#226).
 */
function strideOf(entries: Uint8Array, count: number): Value {
  if (count === 0) return v1.size;
  let end = entries.length;
  while (end > 0 && entries[end - 1] === UNTOUCHED) end--;
  const stride = end / count;
  return STRIDES.includes(stride) ? stride : "unsupported";
}

function entriesOf(entries: Uint8Array, count: number, stride: number, kind: ProcessKind): GpuProcess[] {
  const view = new DataView(entries.buffer);
  return Array.from({ length: count }, (_, i) => {
    const used = view.getBigUint64(i * stride + v1.fields.usedGpuMemory, true);
    return {
      pid: view.getUint32(i * stride + v1.fields.pid, true),
      kind,
      usedBytes: used === NO_VALUE ? "unsupported" : Number(used),
    };
  });
}
