import { pythonEnv, succeed } from "../python-env.ts";
import type { Tool } from "../tool.ts";

const neverRun = () => {
  throw new Error("it could not be installed");
};

/** Its load generator is perf_analyzer, which the package that it asks for may lack. */
export const genaiPerf: Tool = {
  id: "genai-perf",
  name: "genai-perf profile",
  async install(folder) {
    const python = await pythonEnv(folder, {
      id: "genai-perf",
      requirement: "genai-perf",
      package: "genai-perf",
      diskGb: 3,
    });
    await succeed([python.bin("perf_analyzer"), "--version"]).catch(() => {
      throw new Error(`version ${python.version} comes without its load generator, perf_analyzer`);
    });
    throw new Error("this script does not know yet how to run it");
  },
  command: neverRun,
  read: neverRun,
};

/** Ray's LLMPerf has no package; another's has its name. */
export const llmperf: Tool = {
  id: "llmperf",
  name: "llmperf",
  async install() {
    throw new Error("Ray's LLMPerf is not published as a package");
  },
  command: neverRun,
  read: neverRun,
};
