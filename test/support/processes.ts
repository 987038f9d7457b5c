import { readdirSync, readFileSync } from "node:fs";

/** A file of `/proc`, "" where the thread or process has gone meanwhile: between listing and reading, they come and go. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/**
 * Processes that one of a process's threads started and that live: their numbers, from small to large.
 * @param root another `/proc`
 */
export function childrenOf(pid: number, root = "/proc"): number[] {
  const tasks = `${root}/${pid}/task`;
  let threads: string[] = [];
  try {
    threads = readdirSync(tasks);
  } catch {
    // It has ended.
  }
  const children = threads.flatMap((id) => read(`${tasks}/${id}/children`).match(/\d+/g) ?? []);
  return children.map(Number).sort((a, b) => a - b);
}
