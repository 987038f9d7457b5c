import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
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

const level = (number: number) => fakeLevel({ number, name: `0${number}-rate-4` });
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
