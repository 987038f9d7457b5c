/** Where workers write their records, until these are put together in requests.jsonl; none for one process. */
export function workerFiles(workers: number): string[] {
  return workers === 1 ? [] : Array.from({ length: workers }, (_, i) => `requests.worker-${i}.jsonl`);
}

/** Whether a run directory's file is one of those. */
export function isWorkerFile(name: string): boolean {
  return /^requests\.worker-\d+\.jsonl$/.test(name);
}
