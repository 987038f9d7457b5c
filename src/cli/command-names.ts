/** Every command, with what it does in a line. */
export const descriptions = {
  serving: "load-test a model server: TTFT, TPOT, ITL, latency, throughput",
  report: "saved runs as pictures, in other formats, and as other tools define them",
  mock: "a simulated model server with known truth",
} as const;

export type CommandName = keyof typeof descriptions;
