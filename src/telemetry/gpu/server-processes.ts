import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** The server under test, as /proc shows it. */
export interface ServerProcesses {
  /**
   * Whether a process is the server's: one that listens, a descendant of it, or of its process group (a launcher's children).
   * @returns null where the process cannot be seen, as a host's from inside a container
   */
  has(pid: number): boolean | null;
}

const LISTEN = "0A";

/**
 * Finds the processes of this machine that listen on a TCP port.
 * @returns null where none is seen: another user's, another container's, another machine's
 */
export function findServer(port: number, root = "/"): ServerProcesses | null {
  const sockets = listeningSockets(port, root);
  if (sockets.size === 0) return null;
  const listeners = processIds(root).filter((pid) => holdsAny(pid, sockets, root));
  if (listeners.length === 0) return null;
  const groups = new Set(listeners.map((pid) => statOf(pid, root)?.group));
  return {
    has(pid) {
      let stat = statOf(pid, root);
      if (stat === null) return null;
      if (groups.has(stat.group)) return true;
      for (let at = pid; stat !== null && at > 1; at = stat.parent, stat = statOf(at, root))
        if (listeners.includes(at)) return true;
      return false;
    },
  };
}

/** `socket:[inode]` of each socket that listens on the port. */
function listeningSockets(port: number, root: string): Set<string> {
  const found = new Set<string>();
  for (const file of ["proc/net/tcp", "proc/net/tcp6"]) {
    for (const line of textOf(join(root, file)).split("\n").slice(1)) {
      const cells = line.trim().split(/\s+/);
      const [, local = "", , state] = cells;
      const localPort = Number.parseInt(local.slice(local.lastIndexOf(":") + 1), 16);
      if (state === LISTEN && localPort === port) found.add(`socket:[${cells[9]}]`);
    }
  }
  return found;
}

function processIds(root: string): number[] {
  try {
    return readdirSync(join(root, "proc"))
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function holdsAny(pid: number, sockets: ReadonlySet<string>, root: string): boolean {
  const folder = join(root, `proc/${pid}/fd`);
  try {
    return readdirSync(folder).some((fd) => sockets.has(linkOf(join(folder, fd))));
  } catch {
    // Another user's process, or one that has just ended.
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** Parent and process group, after the name, which may hold spaces and brackets (proc(5)). */
function statOf(pid: number, root: string): { parent: number; group: number } | null {
  const text = textOf(join(root, `proc/${pid}/stat`));
  const [, parent, group] = text
    .slice(text.lastIndexOf(")") + 1)
    .trim()
    .split(" ");
  return group === undefined ? null : { parent: Number(parent), group: Number(group) };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
