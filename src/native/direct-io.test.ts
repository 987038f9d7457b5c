import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryDirectIo } from "./direct-io.ts";

test("a trial leaves nothing behind, whatever the file system says", () => {
  const folder = mkdtempSync(join(tmpdir(), "inferbench-direct-"));
  const tried = tryDirectIo(folder);
  // Some file systems refuse O_DIRECT, and say so with EINVAL; an unaligned buffer would give that everywhere.
  if (!tried.ok) expect(tried.reason).toMatch(/EINVAL|ENOTSUP|EOPNOTSUPP/);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test("a folder that is not there is a reason, not an exception", () => {
  expect(tryDirectIo("/nowhere/at/all")).toMatchObject({
    ok: false,
    reason: expect.stringContaining("ENOENT"),
  });
});
