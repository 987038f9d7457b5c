/** What the run took of this machine: all threads of the process. */
export interface ProcessCost {
  /** CPU time over wall time: 1 is one core. */
  cpuShare: number;
  cpuUserMs: number;
  cpuSystemMs: number;
  maxRssBytes: number;
  wallMs: number;
}

/** Starts counting; the returned function ends it. */
export function watchCost(): () => ProcessCost {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const wallMs = performance.now() - startedAt;
    const [cpuUserMs, cpuSystemMs] = [user / 1000, system / 1000];
    // ru_maxrss counts KiB on Linux.
    const maxRssBytes = process.resourceUsage().maxRSS * 1024;
    return { cpuShare: (cpuUserMs + cpuSystemMs) / wallMs, cpuUserMs, cpuSystemMs, maxRssBytes, wallMs };
  };
}
