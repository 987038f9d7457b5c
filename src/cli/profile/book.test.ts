import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeLevel } from "../../benchmarks/profile/level.fake.ts";
import { fakeProfile } from "../../benchmarks/profile/profile.fake.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import { ProfileBook } from "./book.ts";
import { profileFiles } from "./files.ts";
import { readProfile } from "./saved-profile.ts";

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "inferbench-book-"));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const tableOf = (number: number) => `latency-profile-2026-11-23_08-38-3${number}.txt`;
const level = (number: number) =>
  fakeLevel({ number, name: `0${number}-rate-4`, latencyFile: tableOf(number) });
const earlier = [1, 2, 3, 4].map(level);
const savedNumbers = () => readProfile(path)!.levels.map(({ number }) => number);

function book() {
  const directory = openRunDirectory(path, { overwrite: false, names: profileFiles });
  const profile = fakeProfile({ levels: earlier }, { status: "interrupted" });
  return new ProfileBook(profile, ["heading"], directory, () => {});
}

test("levels that are kept change nothing on disk", () => {
  const kept = book();
  for (const one of earlier) kept.keep(one);
  expect(readProfile(path)).toBeNull();
  expect(kept.profile.run.status).toBe("interrupted");
});

test("a level that runs again loses its own earlier result alone, until it is over", () => {
  const again = book();
  again.begin({ number: 2 });
  expect([savedNumbers(), readProfile(path)!.run.status]).toEqual([[1, 3, 4], "running"]);
  again.add(level(2));
  expect(savedNumbers()).toEqual([1, 2, 3, 4]);
  again.retain(({ number }) => number < 4);
  again.close("complete");
  expect([savedNumbers(), readProfile(path)!.run.status]).toEqual([[1, 2, 3], "complete"]);
  expect(readdirSync(path).sort()).toEqual([...profileFiles].sort());
});

test("a level that runs again, or has no place any more, loses its table", () => {
  for (const number of [1, 2, 3, 4]) writeFileSync(join(path, tableOf(number)), "table");
  const directory = openRunDirectory(path, { overwrite: false, resumes: true, names: profileFiles });
  const again = new ProfileBook(fakeProfile({ levels: earlier }), [], directory, () => {});
  const tables = () =>
    readdirSync(path)
      .filter((name) => name.startsWith("latency-profile-"))
      .sort();
  again.begin({ number: 2 });
  expect(tables()).toEqual([1, 3, 4].map(tableOf));
  again.retain(({ number }) => number < 4);
  expect(tables()).toEqual([1, 3].map(tableOf));
});

test("summary.txt says why a profile failed", () => {
  const failing = book();
  failing.begin({ number: 4 });
  failing.profile.run.failure = "the server went away in 04-rate-4";
  failing.close("failed");
  const text = readFileSync(join(path, "summary.txt"), "utf8");
  expect(text).toContain("FAILED: the server went away in 04-rate-4");
});
