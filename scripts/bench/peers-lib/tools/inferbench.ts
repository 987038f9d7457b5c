import { join } from "node:path";
import { promptLines } from "../inputs.ts";
import { succeed } from "../python-env.ts";
import { MODEL, type Tool } from "../tool.ts";
import { resultFile } from "./result-file.ts";

const BINARY =
  process.env.INFERBENCH ?? join(import.meta.dir, `../../../../dist/inferbench-linux-${process.arch}`);

let hasCalibration = false;

/** This repository's executable, or another one that INFERBENCH names. */
export const inferbench: Tool = {
  id: "inferbench",
  name: "inferbench serving",
  async install() {
    const idle = [BINARY, "--version"];
    // Its three seconds would count as start-up.
    hasCalibration = (await succeed([BINARY, "serving", "--help"])).includes("--no-calibrate");
    return { version: await succeed(idle), idle };
  },
  command({ load, url, inputs }) {
    const line = (prompt: string) => ({ prompt, max_tokens: load.outputTokens });
    return {
      argv: [
        ...[BINARY, "serving", "--endpoint", `${url}/v1/completions`, "--model", MODEL],
        ...["--concurrency", `${load.streams}`, "--num-prompts", `${load.requests}`],
        ...["--sample-prompts-file", promptLines(inputs, load, "inferbench", line)],
        ...["--cache", "warm", "--ignore-eos", "--no-cloud-probe"],
        ...(hasCalibration ? ["--no-calibrate"] : []),
        // Drawing comes after the run.
        ...["--figures", "none", "--no-html", "--outdir", "results"],
      ],
    };
  },
  read({ folder }) {
    const summary = resultFile(join(folder, "results"), "summary.json");
    const metric = (name: string) => {
      const { p50, p99 } = (summary as Summary).whole.metrics[name]!.quantiles;
      return { p50: p50?.value ?? null, p99: p99?.value ?? null };
    };
    return { ttftMs: metric("ttft"), itlMs: metric("itl") };
  },
};

interface Summary {
  whole: { metrics: Record<string, { quantiles: Record<string, { value: number }> }> };
}
