import { afterAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyFolder } from "./binary.ts";
import { childrenOf } from "./processes.ts";

const root = emptyFolder();
afterAll(() => root.remove());

test("children of all threads are found, though a thread ends while they are looked for", () => {
  const thread = (id: string) => join(root.path, "7/task", id);
  for (const id of ["7", "8", "9"]) mkdirSync(thread(id), { recursive: true });
  writeFileSync(join(thread("7"), "children"), "12 13 ");
  // 8 is a thread that ended after the list of threads was read.
  writeFileSync(join(thread("9"), "children"), "14 ");
  expect(childrenOf(7, root.path)).toEqual([12, 13, 14]);
  expect(childrenOf(99, root.path)).toEqual([]);
});
