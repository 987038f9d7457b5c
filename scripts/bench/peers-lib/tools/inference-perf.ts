import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { shareGptFile } from "../inputs.ts";
import { type PythonEnv, pythonEnv } from "../python-env.ts";
import { MODEL, type Tool } from "../tool.ts";
import { quantilesAt, resultFile } from "./result-file.ts";

const MS_PER_S = 1000;

let python: PythonEnv;

/** The Kubernetes project's. */
export const inferencePerf: Tool = {
  id: "inference-perf",
  name: "inference-perf",
  async install(folder) {
    const wanted = {
      id: "inference-perf",
      requirement: "inference-perf",
      package: "inference-perf",
      diskGb: 3,
    };
    python = await pythonEnv(folder, wanted);
    return { version: python.version, idle: [python.bin("inference-perf"), "--help"] };
  },
  command({ load, url, inputs, folder }) {
    const config = {
      api: { type: "completion", streaming: true },
      server: { type: "vllm", model_name: MODEL, base_url: url, ignore_eos: true },
      tokenizer: { pretrained_model_name_or_path: inputs.tokenizer },
      data: { type: "shareGPT", path: shareGptFile(inputs, load) },
      load: {
        type: "concurrent",
        stages: [{ num_requests: load.requests, concurrency_level: load.streams }],
      },
      report: {
        request_lifecycle: { summary: true, per_stage: false, per_request: false, percentiles: [50, 99] },
      },
      storage: { local_storage: { path: join(folder, "reports") } },
    };
    // YAML, of which JSON is a part.
    writeFileSync(join(folder, "config.yml"), JSON.stringify(config, null, 2));
    return { argv: [python.bin("inference-perf"), "-c", "config.yml"] };
  },
  read({ folder }) {
    const result = resultFile(folder, "reports/summary_lifecycle_metrics.json");
    const metric = (name: string) =>
      quantilesAt(result, ["successes", "latency", name], ["median", "p99"], MS_PER_S);
    return { ttftMs: metric("time_to_first_token"), itlMs: metric("inter_token_latency") };
  },
};
