import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shareGptFile } from "../inputs.ts";
import { type PythonEnv, pythonEnv } from "../python-env.ts";
import { MODEL, type Reported, type Run, type Tool } from "../tool.ts";
import { quantilesAt } from "./result-file.ts";

const WANTED = { id: "sglang", requirement: "sglang", package: "sglang", diskGb: 16 };

let python: PythonEnv;

/** SGLang's benchmark in Python. */
export const sglang: Tool = tool("sglang", "sglang.benchmark.serving", []);

/** Its port to Rust, in the same package. */
export const sglangRust: Tool = tool("sglang-rust", "sglang.benchmark.rust_client", ["--disable-retokenize"]);

function tool(id: string, module: string, more: readonly string[]): Tool {
  return {
    id,
    name: module,
    async install(folder) {
      python = await pythonEnv(folder, WANTED);
      return { version: python.version, idle: [python.bin("python"), "-m", module, "--help"] };
    },
    command: ({ load, url, inputs }) => ({
      argv: [
        ...[python.bin("python"), "-m", module, "--backend", "sglang-oai", "--base-url", url],
        ...["--model", MODEL, "--tokenizer", inputs.tokenizer, "--dataset-name", "sharegpt"],
        ...["--dataset-path", shareGptFile(inputs, load), "--sharegpt-output-len", `${load.outputTokens}`],
        ...["--num-prompts", `${load.requests}`, "--max-concurrency", `${load.streams}`],
        ...["--output-file", "result.jsonl", "--disable-tqdm", ...more],
      ],
    }),
    read,
  };
}

function read({ folder }: Run): Reported {
  const lines = readFileSync(join(folder, "result.jsonl"), "utf8").trim().split("\n");
  // Python writes numbers that JSON does not have; here, the request rate.
  const result = JSON.parse(lines.at(-1)!.replaceAll(/-?Infinity|NaN/g, "null"));
  return {
    ttftMs: quantilesAt(result, [], ["median_ttft_ms", "p99_ttft_ms"]),
    itlMs: quantilesAt(result, [], ["median_itl_ms", "p99_itl_ms"]),
  };
}
