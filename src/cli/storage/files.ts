import { rowFileNames } from "../../benchmarks/storage/row-files.ts";
import type { RankEnvironment } from "../../ranks/environment.ts";
import { METADATA_FILE } from "../../results/metadata.ts";
import { SUMMARY_TEXT } from "../../results/names.ts";

/** The whole run's figures, of all ranks together. */
export const SUMMARY_JSON = "summary.json";
const GPU_FILE = "gpu_memory.csv";

/** The files of this rank, relative to the run's directory; rank 0 has those of the whole run too. */
export function storageFileNames({ rank, ranks }: Pick<RankEnvironment, "rank" | "ranks">) {
  const own = ranks === 1 ? {} : { own: `summaries/${rank}.json` };
  const whole = rank === 0 ? { summary: SUMMARY_JSON, text: SUMMARY_TEXT } : {};
  return {
    metadata: rank === 0 ? METADATA_FILE : `metadata/${rank}.yaml`,
    ...own,
    ...whole,
    gpu: rank === 0 ? GPU_FILE : `gpu_memory/${rank}.csv`,
    ...rowFileNames(rank),
  };
}

export type StorageFileNames = ReturnType<typeof storageFileNames>;

/** The files of every rank. */
export function namesOfAllRanks(ranks: number): string[] {
  return Array.from({ length: ranks }, (_, rank) => Object.values(storageFileNames({ rank, ranks }))).flat();
}
