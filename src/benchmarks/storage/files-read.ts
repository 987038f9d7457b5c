import { type AccessPlan, microbatchesInTurn } from "./access/schedule.ts";
import type { CachedFiles } from "./cache-state.ts";
import type { Dataset } from "./dataset/dataset.ts";

/** The files that hold what the first `microbatches` of a run read: the page cache has to be right for these. */
export function filesRead(dataset: Dataset, access: AccessPlan, microbatches: number): CachedFiles {
  const { root, files, fileBytes, fileOf } = dataset;
  const isRead = new Uint8Array(files.length);
  let missing = new Set(fileOf).size;
  const [coming] = microbatchesInTurn([access]);
  for (let i = 0; i < microbatches && missing > 0; i++) {
    for (const sample of coming!.next().value!) {
      const file = fileOf[sample]!;
      if (isRead[file] === 1) continue;
      isRead[file] = 1;
      missing--;
    }
  }
  return {
    root,
    files: files.filter((_, file) => isRead[file] === 1),
    fileBytes: fileBytes.filter((_, file) => isRead[file] === 1),
  };
}
