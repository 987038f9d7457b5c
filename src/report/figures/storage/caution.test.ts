import { expect, test } from "bun:test";
import { cautionOf } from "./caution.ts";
import { fakeStorageRun } from "./run.fake.ts";

test("a run that the page cache answered says so, where that was not asked for", () => {
  const cached = fakeStorageRun({ name: "a", reads: { processRatio: 0.0004 } });
  expect(cautionOf([cached])).toBe("Mostly read from the page cache: 0.0 % of the bytes came from storage");
  const other = fakeStorageRun({ name: "b" });
  expect(cautionOf([cached, other, fakeStorageRun({ name: "c", reads: { processRatio: 0.3 } })])).toBe(
    "Mostly read from the page cache: a, c",
  );
  expect(cautionOf([fakeStorageRun({ reads: { processRatio: 1 } })])).toBeNull();
  expect(cautionOf([fakeStorageRun({ reads: { processRatio: 0 }, plan: { cache: "warm" } })])).toBeNull();
  expect(cautionOf([fakeStorageRun({ reads: { processRatio: 0 }, plan: { direct: true } })])).toBeNull();
  expect(cautionOf([other])).toBeNull();
});
