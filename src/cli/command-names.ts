/** Every command, with what it does in a line. */
export const descriptions = {
  serving: "load-test a model server: TTFT, TPOT, ITL, latency, throughput",
  profile: "serving at many loads: latency-throughput curve, capacity at an SLO",
  storage: "data loading for batch inference: is the accelerator kept fed?",
  report: "saved runs as a page and pictures, in other formats and tools' terms",
  gpu: "show, watch and record the machine's GPUs",
  doctor: "what this machine can measure, and what stands in the way",
  mock: "a simulated model server with known truth",
} as const;

export type CommandName = keyof typeof descriptions;
