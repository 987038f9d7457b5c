import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { fakePlan } from "../../../benchmarks/serving/plan.fake.ts";
import type { RequestRecord } from "../../../benchmarks/serving/record.ts";
import { summarize } from "../../../benchmarks/serving/summary.ts";
import { fakeContext } from "../../../benchmarks/serving/summary-context.fake.ts";
import { strictJson } from "../../../results/strict-json.ts";
import { fakeRecord, fakeRun } from "../../figures/serving/run.fake.ts";
import { type PageRun, pageRun } from "./page-run.ts";

interface FakePageOptions {
  name?: string;
  requests?: number;
  ratePerS?: number;
  /** Without summary.json. */
  isKilled?: boolean;
  /** Records that are still there beside the summary of all. */
  kept?: number;
  /** The share asked for; null: none. */
  share?: number | null;
  /** Asked in turn, with equal shares; null: one model. */
  models?: readonly string[] | null;
  /** What becomes of each record. */
  change?: (record: RequestRecord, i: number) => RequestRecord;
}

/** A run as a page shows it, from files as a run leaves them, for tests. */
export function fakePageRun(options: FakePageOptions = {}): PageRun {
  const {
    name = "run1",
    requests = 200,
    ratePerS = 50,
    isKilled = false,
    share = 0.95,
    models = null,
    change = (r) => r,
  } = options;
  const records = Array.from({ length: requests }, (_, i) => {
    const model = models?.[i % models.length] ?? null;
    return change({ ...fakeRecord(i, ratePerS, 8), model }, i);
  });
  const directory = mkdtempSync(join(tmpdir(), "inferbench-page-"));
  try {
    const { metadata } = fakeRun({ name, requests: 1, status: isKilled ? "running" : "complete" });
    writeFileSync(
      join(directory, "metadata.yaml"),
      stringify({ ...metadata, command: `inferbench serving --run-name ${name}` }),
    );
    if (!isKilled) {
      const slos = { slos: [{ name: "ttft" as const, limitMs: 100, quantile: null }], share };
      const plan = fakePlan({
        trafficSplit: models && { models, weights: models.map(() => 1 / models.length) },
      });
      const summary = summarize(records, fakeContext({ slos, plan }));
      writeFileSync(join(directory, "summary.json"), strictJson(summary));
    }
    return pageRun(directory, (take) => records.slice(0, options.kept).forEach(take));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
