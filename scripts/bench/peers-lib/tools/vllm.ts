import { promptLines } from "../inputs.ts";
import { type PythonEnv, pythonEnv, succeed } from "../python-env.ts";
import { MODEL, type Reported, type Run, type Tool } from "../tool.ts";
import { quantilesAt, resultFile } from "./result-file.ts";

let python: PythonEnv;
let rust: string;

/** vLLM's benchmark in Python. */
export const vllm: Tool = {
  id: "vllm",
  name: "vllm bench serve",
  async install(folder) {
    python = await pythonEnv(folder, { id: "vllm", requirement: "vllm[bench]", package: "vllm", diskGb: 14 });
    return { version: python.version, idle: [python.bin("vllm"), "bench", "serve", "--help"] };
  },
  command: (run) => ({ argv: [python.bin("vllm"), ...flags(run)], env: { VLLM_NO_USAGE_STATS: "1" } }),
  read,
};

/** Its successor in Rust: an executable in the same package that needs nothing of it. */
export const vllmRust: Tool = {
  id: "vllm-rust",
  name: "vllm-rs bench serve",
  async install(folder) {
    const wanted = { id: "vllm-rust", requirement: "vllm", package: "vllm", diskGb: 3, alone: true };
    rust = (await pythonEnv(folder, wanted)).file("vllm/vllm-rs");
    await succeed(["/bin/chmod", "+x", rust]);
    const version = (await succeed([rust, "--version"])).split(" ").at(-1)!;
    return { version, idle: [rust, "--version"] };
  },
  command: (run) => ({ argv: [rust, ...flags(run)] }),
  read,
};

function flags({ load, url, inputs }: Run): string[] {
  return [
    ...["bench", "serve", "--backend", "openai", "--base-url", url, "--model", MODEL],
    ...["--tokenizer", inputs.tokenizer, "--dataset-name", "custom", "--skip-chat-template"],
    ...["--dataset-path", promptLines(inputs, load, "vllm", (prompt) => ({ prompt }))],
    ...["--custom-output-len", `${load.outputTokens}`, "--ignore-eos"],
    ...["--num-prompts", `${load.requests}`, "--max-concurrency", `${load.streams}`],
    ...["--percentile-metrics", "ttft,tpot,itl,e2el", "--disable-tqdm"],
    ...["--save-result", "--result-dir", ".", "--result-filename", "result.json"],
  ];
}

function read({ folder }: Run): Reported {
  const result = resultFile(folder, "result.json");
  return {
    ttftMs: quantilesAt(result, [], ["median_ttft_ms", "p99_ttft_ms"]),
    itlMs: quantilesAt(result, [], ["median_itl_ms", "p99_itl_ms"]),
  };
}
