import { expect, test } from "bun:test";
import { PrefixCache } from "./prefix-cache.ts";

const words = (count: number, prefix = "w") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

test("knows whole blocks of 16 from the beginning, and never the last token", () => {
  const cache = new PrefixCache(10_000);
  expect(cache.match(words(100))).toBe(0);
  expect(cache.match(words(100))).toBe(96);
  expect(cache.match(words(97))).toBe(96);
  expect(cache.match(words(96))).toBe(80);
  expect(cache.match([...words(40), ...words(60, "x")])).toBe(32);
  expect(cache.match(["y", ...words(99)])).toBe(0);
});

test("forgets what was used least recently", () => {
  const cache = new PrefixCache(64);
  cache.match(words(33, "a"));
  cache.match(words(33, "b"));
  cache.match(words(33, "a"));
  cache.match(words(33, "c"));
  expect(cache.match(words(33, "a"))).toBe(32);
  expect(cache.match(words(33, "b"))).toBe(0);
});
