import type { NvmlVersions } from "../../native/nvml/system.ts";
import type { GpuChoice } from "./choose.ts";
import type { GpuId } from "./sample.ts";

/* What the monitor and its threads say to each other. */

/** Where readings come from. */
export type GpuSource =
  | { kind: "nvml"; library: string; versions: NvmlVersions }
  /** `why`: what stood in NVML's way. */
  | { kind: "nvidia-smi"; program: string; why: string };

/** What does not change while a GPU is sampled; null where it is not known. */
export interface GpuInfo extends GpuId {
  name: string | null;
  uuid: string | null;
  powerLimitW: number | null;
  maxSmClockMhz: number | null;
}

/** A GPU, or a part of one, whose readings lie in `ring`. */
export interface SampledGpu extends GpuInfo {
  ring: SharedArrayBuffer;
}

/** A process that uses a GPU. */
export interface SeenProcess {
  pid: number;
  /** Of /proc; null where this process cannot see it, as in a container. */
  name: string | null;
  usedMib: number | null;
  /** Whether it belongs to the server under test; null where that cannot be known. */
  isServer: boolean | null;
}

export interface StartSampling {
  kind: "start";
  intervalMs: number;
  choice: GpuChoice | null;
  /** Where the records go; null: nowhere. */
  path: string | null;
  /** Added to an instant it gives Unix ms. */
  unixOffsetMs: number;
  env: Readonly<Record<string, string | undefined>>;
  root: string;
  /** SamplerControl's memory. */
  control: SharedArrayBuffer;
}

/** For a second thread: what takes the driver so long that it must not hold up the readings. */
export interface StartSlowLane {
  kind: "slow-lane";
  env: Readonly<Record<string, string | undefined>>;
  root: string;
  /** Whole GPUs, by number. */
  gpus: number[];
  control: SharedArrayBuffer;
  /** Where the server under test listens on this machine; null: elsewhere, or there is none. */
  serverPort: number | null;
  /** PcieBoard's memory. */
  pcie: SharedArrayBuffer;
}

export type ToSampler = StartSampling | StartSlowLane | { kind: "stop" };

export type FromSampler =
  | { kind: "source"; source: GpuSource; note: string | null; pcie: SharedArrayBuffer | null }
  | { kind: "gpu"; gpu: SampledGpu }
  /** The first reading is there. */
  | { kind: "ready" }
  /** Nothing can be read. */
  | { kind: "none"; reason: string }
  /** Readings of this GPU, of all where `gpu` is null, end before the stop. */
  | { kind: "lost"; gpu: GpuId | null; why: string }
  | { kind: "processes"; index: number; atMs: number; processes: SeenProcess[] }
  | { kind: "write-failed"; code: string | undefined; message: string }
  /** The thread cannot go on, for no reason that the driver gave. */
  | { kind: "failed"; why: string }
  /** The thread has nothing open any more. */
  | { kind: "ended" };

/** A Worker that runs sampler-worker.ts. */
export interface SamplerThread {
  postMessage(message: ToSampler): void;
  onmessage: ((event: MessageEvent<FromSampler>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}
