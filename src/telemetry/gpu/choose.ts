import type { GpuId } from "./sample.ts";

/** Which GPUs to look at, as someone wrote it down. */
export interface GpuChoice {
  by: "--gpu" | "CUDA_VISIBLE_DEVICES";
  text: string;
}

/** What a choice is made from. */
export interface Choosable {
  index: number;
  name: string | null;
  uuid: string | null;
  mig: readonly {
    index: number;
    uuid: string | null;
    gpuInstanceId: number | null;
    computeInstanceId: number | null;
  }[];
}

export type Chosen =
  /** `note`: what the reader should know about the choice. */
  { ok: true; gpus: GpuId[]; note: string | null } | { ok: false; reason: string };

/** --gpu, else CUDA_VISIBLE_DEVICES where it is set, even to nothing; null for all GPUs. */
export function gpuChoice(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): GpuChoice | null {
  if (flag !== undefined) return { by: "--gpu", text: flag };
  const variable = env.CUDA_VISIBLE_DEVICES;
  return variable === undefined ? null : { by: "CUDA_VISIBLE_DEVICES", text: variable };
}

/**
 * The GPUs that a choice names, each once, in its order: by number, by the beginning of a UUID (`GPU-1b0c`, `MIG-4f`), by number
 * and part (`0:2`), or in CUDA's old words for a part (`MIG-GPU-…/7/0`). A part brings its GPU with it, which alone has
 * power, clocks and utilisation. In CUDA_VISIBLE_DEVICES, as CUDA reads it, a word that names nothing ends the list; in --gpu
 * it is a mistake.
 * @param order CUDA_DEVICE_ORDER: CUDA numbers the fastest GPU first unless it is PCI_BUS_ID
 */
export function chooseGpus(
  choice: GpuChoice | null,
  gpus: readonly Choosable[],
  order: string | undefined,
): Chosen {
  if (choice === null) return { ok: true, gpus: gpus.map(({ index }) => ({ index, mig: null })), note: null };
  const words = choice.text.split(",").map((word) => word.trim());
  const found: GpuId[] = [];
  const add = (id: GpuId) => {
    if (!found.some(({ index, mig }) => index === id.index && mig === id.mig)) found.push(id);
  };
  for (const word of words) {
    const matches = find(word, gpus);
    if (matches.length !== 1) {
      if (choice.by === "CUDA_VISIBLE_DEVICES") break;
      const problem = matches.length === 0 ? "names no GPU" : `could be any of ${matches.length} GPUs`;
      return { ok: false, reason: `--gpu: "${word}" ${problem} of this machine (${listed(gpus)})` };
    }
    const [match] = matches as [GpuId];
    add({ index: match.index, mig: null });
    add(match);
  }
  if (found.length === 0)
    return {
      ok: false,
      reason: `CUDA_VISIBLE_DEVICES="${choice.text}" names no GPU of this machine (${listed(gpus)}); --gpu would overrule it`,
    };
  return { ok: true, gpus: found, note: orderNote(choice, words, gpus, order) };
}

function find(word: string, gpus: readonly Choosable[]): GpuId[] {
  const number = /^(\d+)(?::(\d+))?$/.exec(word);
  if (number !== null) {
    const gpu = gpus.find(({ index }) => index === Number(number[1]));
    const mig = number[2] === undefined ? null : Number(number[2]);
    if (gpu === undefined || (mig !== null && !gpu.mig.some(({ index }) => index === mig))) return [];
    return [{ index: gpu.index, mig }];
  }
  const instance = /^MIG-(GPU-.+)\/(\d+)\/(\d+)$/i.exec(word);
  if (instance !== null) {
    const [, uuid = "", gpuInstance, computeInstance] = instance;
    return partsOf(
      gpus.filter((gpu) => begins(gpu.uuid, uuid)),
      (part) =>
        part.gpuInstanceId === Number(gpuInstance) && part.computeInstanceId === Number(computeInstance),
    );
  }
  if (/^GPU-./i.test(word))
    return gpus.filter(({ uuid }) => begins(uuid, word)).map(({ index }) => ({ index, mig: null }));
  return /^MIG-./i.test(word) ? partsOf(gpus, ({ uuid }) => begins(uuid, word)) : [];
}

function partsOf(gpus: readonly Choosable[], isMeant: (part: Choosable["mig"][number]) => boolean): GpuId[] {
  return gpus.flatMap((gpu) =>
    gpu.mig.filter(isMeant).map((part) => ({ index: gpu.index, mig: part.index })),
  );
}

function begins(uuid: string | null, word: string): boolean {
  return uuid?.toLowerCase().startsWith(word.toLowerCase()) ?? false;
}

function listed(gpus: readonly Choosable[]): string {
  return gpus.map(({ index, uuid }) => (uuid === null ? String(index) : `${index} ${uuid}`)).join(", ");
}

/** CUDA's numbers differ from the driver's where GPUs do. */
function orderNote(
  { by }: GpuChoice,
  words: readonly string[],
  gpus: readonly Choosable[],
  order: string | undefined,
): string | null {
  const hasNumbers = words.some((word) => /^\d+$/.test(word));
  const kinds = new Set(gpus.map(({ name }) => name)).size;
  if (by !== "CUDA_VISIBLE_DEVICES" || !hasNumbers || kinds < 2 || order === "PCI_BUS_ID") return null;
  return "the GPUs of this machine differ, and CUDA numbers the fastest first: CUDA_VISIBLE_DEVICES may mean others than those sampled, which are numbered by PCI bus; name them by UUID, or set CUDA_DEVICE_ORDER=PCI_BUS_ID";
}
