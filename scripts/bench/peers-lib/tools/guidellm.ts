import { promptLines } from "../inputs.ts";
import { type PythonEnv, pythonEnv } from "../python-env.ts";
import { MODEL, type Tool } from "../tool.ts";
import { numberAt, resultFile } from "./result-file.ts";

let python: PythonEnv;

/** vLLM's load tester. */
export const guidellm: Tool = {
  id: "guidellm",
  name: "guidellm run",
  note: "its ITL is a mean of each request, so its p99 hides single gaps",
  async install(folder) {
    python = await pythonEnv(folder, {
      id: "guidellm",
      requirement: "guidellm",
      package: "guidellm",
      diskGb: 9,
    });
    return { version: python.version, idle: [python.bin("guidellm"), "--version"] };
  },
  command({ load, url, inputs }) {
    const line = (prompt: string) => ({ prompt, output_tokens_count: load.outputTokens });
    return {
      argv: [
        ...[python.bin("guidellm"), "run", "--disable-console-interactive"],
        ...["--backend", `kind=openai_http,target=${url},model=${MODEL},request_format=/v1/completions`],
        ...["--profile", `kind=concurrent,streams=${load.streams}`],
        ...["--constraint", `kind=max_requests,count=${load.requests}`],
        ...["--tokenizer", `kind=huggingface_auto,model=${inputs.tokenizer}`],
        ...["--data", `kind=json_file,path=${promptLines(inputs, load, "guidellm", line)}`],
        ...["--output", "kind=json,path=result.json"],
      ],
    };
  },
  read({ folder }) {
    const result = resultFile(folder, "result.json");
    const metric = (name: string) => {
      const path = ["benchmarks", 0, "metrics", name, "successful"];
      return {
        p50: numberAt(result, [...path, "median"]),
        p99: numberAt(result, [...path, "percentiles", "p99"]),
      };
    };
    return { ttftMs: metric("time_to_first_token_ms"), itlMs: metric("inter_token_latency_ms") };
  },
};
