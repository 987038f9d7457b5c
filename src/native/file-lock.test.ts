import { expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockFile } from "./file-lock.ts";

test("a file's lock has one holder, until its descriptor is closed", () => {
  const folder = mkdtempSync(join(tmpdir(), "inferbench-lock-"));
  const path = join(folder, "lock");
  const [first, second] = [openSync(path, "w"), openSync(path, "r+")];
  try {
    expect([lockFile(first), lockFile(second)]).toEqual(["ours", "held"]);
    closeSync(first);
    expect(lockFile(second)).toBe("ours");
  } finally {
    closeSync(second);
    rmSync(folder, { recursive: true });
  }
});
