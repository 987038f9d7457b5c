import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { describe } from "../../../analysis/describe.ts";
import { strictJson } from "../../../results/strict-json.ts";
import { loadingOf } from "../../figures/storage/loading.ts";
import { fakeStorageRun } from "../../figures/storage/run.fake.ts";
import { type StoragePageRun, storagePageRun } from "./page-run.ts";

type FakeOptions = NonNullable<Parameters<typeof fakeStorageRun>[0]> & {
  /** Keys of summary.json that are not the usual ones. */
  summary?: Record<string, unknown>;
};

/** A storage run as a page shows it, from files as a run leaves them, for tests. */
export function fakeStoragePageRun({ summary, ...options }: FakeOptions = {}): StoragePageRun {
  const run = fakeStorageRun(options);
  const directory = mkdtempSync(join(tmpdir(), "inferbench-storage-page-"));
  try {
    const command = `inferbench storage --run-name ${run.name}`;
    writeFileSync(join(directory, "metadata.yaml"), stringify({ ...run.metadata, command }));
    if (run.summary !== null) {
      const { stepMs, microbatchMs, throughput } = loadingOf(run);
      const content = {
        ...run.summary,
        run: { version: "0.1.0", direct: false },
        steps: { asked: throughput.steps, done: throughput.steps, warmup: 2 },
        loader: { readersAtWork: { mean: 3.5, max: 4 }, queueDepth: null },
        dataset: { samples: 4000, files: 40, bytes: 1.05e9, epochs: 3.2 },
        windowS: throughput.windowS,
        metrics: {
          microbatchLoadMs: microbatchMs,
          microbatchWaitMs: describe([0.01, 0.02, 0.05]),
          stepLoadMs: stepMs,
          stepMs,
          firstByteMs: null,
        },
        jitterMs: 0.25,
        compute: { askedMeanMs: 10, error: 0.0001, au: 0.913, nullSourceAu: 0.998 },
        reads: {
          sampleBytes: 3.4e9,
          requestedRatio: 1.02,
          processRatio: 1.01,
          device: null,
          deviceRatio: null,
        },
        hotSpots: { files: 40, evenShare: 0.025, runShare: 0.026, stepShareMean: 0.09 },
        cache: { asked: "cold", before: { share: 0 }, after: { share: 0.4 } },
        cpuSPerGb: 0.04,
        warnings: [{ message: "few readers", hint: "Take more." }],
        ...summary,
      };
      writeFileSync(join(directory, "summary.json"), strictJson(content));
    }
    return storagePageRun(directory, run);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
