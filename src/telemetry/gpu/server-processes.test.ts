import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findServer } from "./server-processes.ts";

const root = mkdtempSync(join(tmpdir(), "inferbench-proc-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A /proc of its own: port 8000 is socket 77 of process 20, a child of 10. */
function addProcess(pid: number, parent: number, group: number, sockets: number[] = []): void {
  const folder = join(root, `proc/${pid}`);
  mkdirSync(join(folder, "fd"), { recursive: true });
  writeFileSync(join(folder, "stat"), `${pid} (a ) name) S ${parent} ${group} 1 0 -1`);
  for (const [fd, socket] of sockets.entries())
    symlinkSync(`socket:[${socket}]`, join(folder, `fd/${fd + 3}`));
}
mkdirSync(join(root, "proc/net"), { recursive: true });
const line = (port: number, state: string, socket: number) =>
  `   0: 0100007F:${port.toString(16).toUpperCase()} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${socket} 1`;
writeFileSync(
  join(root, "proc/net/tcp"),
  ["  sl  local_address", line(8000, "01", 76), line(8000, "0A", 77), line(9000, "0A", 78)].join("\n"),
);
addProcess(1, 0, 1);
addProcess(10, 1, 10);
addProcess(20, 10, 10, [5, 77]);
addProcess(21, 10, 10);
addProcess(30, 20, 30);
addProcess(31, 30, 30);
addProcess(40, 1, 40, [76]);

describe("in a machine of processes", () => {
  test("the server is what listens, its descendants, and its group", () => {
    const server = findServer(8000, root)!;
    expect([20, 30, 31, 10, 21].map(server.has)).toEqual([true, true, true, true, true]);
    expect([1, 40].map(server.has)).toEqual([false, false]);
    expect(server.has(4242)).toBeNull();
  });

  test("a port that none listens on, or that another user's process has, finds none", () => {
    expect([findServer(8001, root), findServer(9000, root), findServer(8000, join(root, "nowhere"))]).toEqual(
      [null, null, null],
    );
  });
});

test("of this machine: a listener of our own is found", () => {
  using listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const server = findServer(listener.port)!;
  expect(server.has(process.pid)).toBe(true);
});
