import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { removeOldRanks } from "./old-ranks.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-old-ranks-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (...names: string[]) => {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), "x");
  }
};
const there = () =>
  (readdirSync(folder, { recursive: true, withFileTypes: true }) as { name: string; parentPath: string }[])
    .filter((entry) => (entry as unknown as { isFile(): boolean }).isFile())
    .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

test("files of ranks that this run has not go, and nothing else", () => {
  const own = ["steps/0.csv", "steps/1.csv", "microbatches/0.csv", "microbatches/1.csv", "summary.json"];
  put(...own, "steps/2.csv", "steps/10.csv", "microbatches/3.csv", "metadata/1.yaml", "summaries/0.json");
  const theirs = ["steps/notes.txt", "steps/2.csv.bak", "steps/02.csv", "plots/3.csv", "3.csv"];
  put(...theirs);
  removeOldRanks(folder, new Set(own));
  expect(there()).toEqual([...own, ...theirs].sort());
  expect(readdirSync(folder)).not.toContain("summaries");
});

test("a folder that this run is still to write to stays", () => {
  put("steps/2.csv", "summaries/2.json");
  removeOldRanks(folder, new Set(["steps/0.csv"]));
  expect(readdirSync(folder)).toEqual(["steps"]);
});

test("a folder that is a link is left alone", () => {
  put("elsewhere/7.csv");
  symlinkSync(join(folder, "elsewhere"), join(folder, "steps"));
  removeOldRanks(folder, new Set());
  expect(there()).toContain("elsewhere/7.csv");
});
