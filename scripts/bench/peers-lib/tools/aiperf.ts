import { HUB_NAME, promptLines } from "../inputs.ts";
import { type PythonEnv, pythonEnv } from "../python-env.ts";
import { MODEL, type Tool } from "../tool.ts";
import { quantilesAt, resultFile } from "./result-file.ts";

let python: PythonEnv;

/** NVIDIA's, the successor of genai-perf. */
export const aiperf: Tool = {
  id: "aiperf",
  name: "aiperf profile",
  note: "its inter-chunk latency is shown; what it calls ITL is a mean of each request",
  async install(folder) {
    python = await pythonEnv(folder, { id: "aiperf", requirement: "aiperf", package: "aiperf", diskGb: 3 });
    return { version: python.version, idle: [python.bin("aiperf"), "--version"] };
  },
  command: ({ load, url, inputs }) => ({
    argv: [
      ...[python.bin("aiperf"), "profile", "--model", MODEL, "--url", url],
      ...["--endpoint-type", "completions", "--streaming", "--use-legacy-max-tokens"],
      // Offline, it takes tokenizers from the hub's cache only.
      ...["--tokenizer", HUB_NAME, "--use-server-token-count", "--extra-inputs", "ignore_eos:true"],
      ...["--input-file", promptLines(inputs, load, "aiperf", (text) => ({ text }))],
      ...["--custom-dataset-type", "single_turn", "--osl", `${load.outputTokens}`],
      ...["--concurrency", `${load.streams}`, "--request-count", `${load.requests}`],
      ...["--ui-type", "none", "--artifact-dir", "."],
    ],
  }),
  read({ folder }) {
    const result = resultFile(folder, "profile_export_aiperf.json");
    return {
      ttftMs: quantilesAt(result, ["time_to_first_token"], ["p50", "p99"]),
      itlMs: quantilesAt(result, ["inter_chunk_latency"], ["p50", "p99"]),
    };
  },
};
