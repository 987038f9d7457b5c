import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeSummary } from "../../report/formats/summary.fake.ts";
import { formatted } from "./formats.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-formats-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("runs of one name, as levels of two profiles have it, are told apart by their directories", () => {
  const paths = ["one", "two"].map((profile) => join(folder, profile, "levels/01-rate-4"));
  for (const path of paths) {
    mkdirSync(path, { recursive: true });
    const run = { ...fakeSummary().run, runName: "01-rate-4" };
    writeFileSync(
      join(path, "summary.json"),
      JSON.stringify({ benchmark: "serving", ...fakeSummary({ run }) }),
    );
  }
  for (const format of ["md", "csv", "junit"] as const) {
    const text = formatted(format, paths, null);
    for (const path of paths) expect(text).toContain(path);
  }
  expect(formatted("md", paths.slice(0, 1), null)).toStartWith("## 01-rate-4");
});
