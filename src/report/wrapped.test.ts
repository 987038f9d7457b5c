import { expect, test } from "bun:test";
import { warningText, wrapped } from "./wrapped.ts";

test("lines that are too long go on below, under their own indentation", () => {
  expect(wrapped("one two three\n  four five six", 9).split("\n")).toEqual([
    "one two",
    "three",
    "  four",
    "  five",
    "  six",
  ]);
  expect(wrapped("one two three", 9, { indent: 2 }).split("\n")).toEqual(["one two", "  three"]);
  expect(wrapped("why:\n  - one two three", 11).split("\n")).toEqual(["why:", "  - one two", "    three"]);
  // What stands before the first line takes its room.
  expect(wrapped("one two three", 12, { lead: 6 }).split("\n")).toEqual(["one", "two", "three"]);
});

test("what fits, and words that fit no line, stay as they are", () => {
  const path = "/a/path/that/is/long";
  expect(wrapped(`in ${path} it is`, 10).split("\n")).toEqual(["in", path, "it is"]);
  expect(wrapped("a b", 80)).toBe("a b");
  expect(wrapped("one two three", Number.POSITIVE_INFINITY)).toBe("one two three");
});

test("a warning and its hint fit 80 columns", () => {
  const words = Array.from({ length: 40 }, (_, i) => `word${i}`).join(" ");
  const text = warningText({ message: words, hint: words }, "rate-4");
  expect(text).toStartWith("warning: rate-4: word0 ");
  const lines = text.split("\n");
  expect(lines.slice(1).every((line) => line.startsWith("  word"))).toBe(true);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
