import { expect, test } from "bun:test";
import { watchCollections } from "./collections.ts";

test("counts collections while it watches, and how long they took", () => {
  Bun.gc(true);
  const end = watchCollections();
  Bun.gc(true);
  Bun.gc(true);
  const seen = end();
  expect(seen?.count).toBeGreaterThanOrEqual(2);
  expect(seen!.longestMs).toBeGreaterThan(0);
  expect(seen!.totalMs).toBeGreaterThanOrEqual(seen!.longestMs);
});

test("two watches do not disturb one another", () => {
  const ends = [watchCollections(), watchCollections()];
  Bun.gc(true);
  for (const end of ends) expect(end()?.count).toBeGreaterThanOrEqual(1);
});
