import { monotonicMs, threadCpuMs } from "../../native/libc.ts";
import { type Device, listDevices } from "../../native/nvml/devices.ts";
import type { Nvml } from "../../native/nvml/nvml.ts";
import { readVersions } from "../../native/nvml/system.ts";
import { isKnown } from "../../native/nvml/values.ts";
import { chooseGpus } from "./choose.ts";
import { GpuReader } from "./gpu-reader.ts";
import { choosable, handleOf, infoOf, noneReason, silentNote } from "./nvml-devices.ts";
import { PcieBoard } from "./pcie-board.ts";
import { RecordFile } from "./record-file.ts";
import { ringRows, SampleRing } from "./ring.ts";
import { runRounds } from "./rounds.ts";
import type { GpuId } from "./sample.ts";
import { SamplerControl } from "./sampler-control.ts";
import type { FromSampler, StartSampling } from "./sampler-messages.ts";

type Post = (message: FromSampler) => void;

interface Sampled {
  id: GpuId;
  ring: SampleRing;
  reader: GpuReader;
  /** Its place on the PCIe board; null for a part of a GPU. */
  place: number | null;
  isLost: boolean;
}

/** Samples GPUs through NVML until the word to stop; blocks its thread all the while. Closes `nvml`. */
export function sampleNvml(nvml: Nvml, start: StartSampling, post: Post): void {
  const { choice, env, path, unixOffsetMs, intervalMs } = start;
  const control = new SamplerControl(start.control);
  const list = listDevices(nvml);
  if (!isKnown(list) || list.devices.length === 0) {
    post({ kind: "none", reason: noneReason(nvml, list) });
    nvml.close();
    return;
  }
  const chosen = chooseGpus(choice, list.devices.map(choosable), env.CUDA_DEVICE_ORDER);
  if (!chosen.ok) {
    post({ kind: "none", reason: chosen.reason });
    nvml.close();
    return;
  }
  const whole = chosen.gpus.filter(({ mig }) => mig === null);
  const board = PcieBoard.forGpus(whole.length);
  const gpus = chosen.gpus.map((id) =>
    sampled(nvml, list.devices, id, chosen.gpus.length, whole.indexOf(id)),
  );
  const versions = readVersions(nvml);
  const source = { kind: "nvml", library: nvml.path, versions } as const;
  post({ kind: "source", source, note: silentNote(list, chosen.note), pcie: board.buffer });
  for (const { id, ring } of gpus)
    post({ kind: "gpu", gpu: { ...infoOf(nvml, list.devices, id), ring: ring.buffer } });

  const file = new RecordFile(path, unixOffsetMs, post);
  const cpuAtStartMs = threadCpuMs();
  const round = (isWhole: boolean) => {
    const beganMs = monotonicMs();
    for (const gpu of gpus) if (!gpu.isLost) readOne(gpu, isWhole, board, file, post);
    file.write();
    const endedMs = monotonicMs();
    control.countRound(beganMs, endedMs - beganMs, threadCpuMs() - cpuAtStartMs);
    return gpus.some(({ isLost }) => !isLost);
  };
  let isFirst = true;
  runRounds(intervalMs, control, monotonicMs, () => {
    const goesOn = round(isFirst);
    if (isFirst) post({ kind: "ready" });
    isFirst = false;
    return goesOn;
  });
  // The last reading reaches to the end of what is measured.
  if (gpus.some(({ isLost }) => !isLost)) round(true);
  file.close();
  nvml.close();
}

function readOne(gpu: Sampled, isWhole: boolean, board: PcieBoard, file: RecordFile, post: Post): void {
  const beganMs = monotonicMs();
  const lost = gpu.reader.read(isWhole);
  if (lost !== null) {
    gpu.isLost = true;
    post({ kind: "lost", gpu: gpu.id, why: lost });
    return;
  }
  const pcie = gpu.place === null ? null : board.take(gpu.place);
  if (pcie !== null) gpu.reader.putPcie(pcie);
  const atMs = (beganMs + monotonicMs()) / 2;
  gpu.ring.push(atMs, gpu.reader.row);
  file.add(gpu.id, atMs, gpu.reader.row);
}

function sampled(nvml: Nvml, devices: readonly Device[], id: GpuId, count: number, place: number): Sampled {
  const ring = SampleRing.ofRows(ringRows(count));
  const reader = new GpuReader(nvml, handleOf(devices, id), id.mig !== null, ring, monotonicMs);
  return { id, ring, reader, place: place < 0 ? null : place, isLost: false };
}
