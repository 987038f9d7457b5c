import type { Tool } from "./tool.ts";
import { aiperf } from "./tools/aiperf.ts";
import { guidellm } from "./tools/guidellm.ts";
import { inferbench } from "./tools/inferbench.ts";
import { inferencePerf } from "./tools/inference-perf.ts";
import { sglang, sglangRust } from "./tools/sglang.ts";
import { genaiPerf, llmperf } from "./tools/unusable.ts";
import { vllm, vllmRust } from "./tools/vllm.ts";

/** All tools that are compared, in the order of the tables. */
export const TOOLS: readonly Tool[] = [
  inferbench,
  vllmRust,
  sglangRust,
  vllm,
  sglang,
  guidellm,
  aiperf,
  inferencePerf,
  genaiPerf,
  llmperf,
];
