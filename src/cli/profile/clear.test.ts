import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeLevel } from "../../benchmarks/profile/level.fake.ts";
import { fakeProfile } from "../../benchmarks/profile/profile.fake.ts";
import { clearLevels } from "./clear.ts";

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "inferbench-clear-"));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

test("the level that a profile was killed in goes, too; what is not the tool's stays", () => {
  for (const [name, files] of [
    ["01-rate-4", ["requests.jsonl", "mine.txt"]],
    ["02-users-8", ["requests.jsonl", "metadata.yaml"]],
    ["others", ["requests.jsonl"]],
  ] as const) {
    mkdirSync(join(path, "levels", name), { recursive: true });
    for (const file of files) writeFileSync(join(path, "levels", name, file), "x");
  }
  const listed = fakeLevel();
  writeFileSync(join(path, listed.latencyFile), "x");
  clearLevels(path, fakeProfile({ levels: [listed] }), 1);
  expect(readdirSync(join(path, "levels")).sort()).toEqual(["01-rate-4", "others"]);
  expect(readdirSync(join(path, "levels/01-rate-4"))).toEqual(["mine.txt"]);
  expect(existsSync(join(path, listed.latencyFile))).toBeFalse();
});
