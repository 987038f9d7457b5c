import type { SharedControl } from "../pipeline/control.ts";
import type { LeavePlan } from "../pipeline/leave.ts";
import type { StepPlan } from "../pipeline/messages.ts";

/** The GPU that microbatches are copied to. */
export interface GpuTarget {
  /** Where libcuda was found. */
  library: string;
  /** CUDA's number of it in this process. */
  ordinal: number;
  name: string;
  /** `0000:04:00.0` */
  pciBusId: string;
  /** The newest that the driver supports, such as `12.8`. */
  cudaVersion: string;
}

/** What was made ready before the clock ran, and how long each took. */
export interface GpuSetup {
  /** Starting CUDA in the copier's thread, and the GPU's context. */
  contextMs: number;
  pinnedBytes: number;
  pinMs: number;
  deviceBytes: number;
  allocateMs: number;
}

/** What the copier's thread works on. */
export interface CopierSetup {
  role: "copier";
  /** Shared with the readers, and the microbatches that each has room for. */
  readers: { control: SharedControl; slots: number };
  /** Shared with the consumer, and the microbatches that the device has room for. */
  control: SharedControl;
  slots: number;
  leave: LeavePlan;
  /** Of each reader, in samples of an epoch. */
  shares: readonly number[];
  plan: StepPlan;
  microbatchSize: number;
  largestSampleBytes: number;
  /** Of all readers' buffers. */
  memory: { address: number; bytes: number };
  places: Float64Array;
  target: GpuTarget;
  /** Read each microbatch back from the device and compare it, outside of the times. */
  verify: boolean;
}
