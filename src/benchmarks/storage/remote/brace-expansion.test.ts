import { expect, test } from "bun:test";
import { expandBraces } from "./brace-expansion.ts";

test.each<[string, string[]]>([
  ["a.tar", ["a.tar"]],
  ["s-{008..011}.tar", ["s-008.tar", "s-009.tar", "s-010.tar", "s-011.tar"]],
  ["s-{9..11}.tar", ["s-9.tar", "s-10.tar", "s-11.tar"]],
  ["{train,val}/{0..1}.tar", ["train/0.tar", "train/1.tar", "val/0.tar", "val/1.tar"]],
  ["s{,-extra}.tar", ["s.tar", "s-extra.tar"]],
])("%s", (pattern, names) => {
  expect(expandBraces(pattern)).toEqual(names);
});

test.each<[string, RegExp]>([
  ["a{1..2.tar", /a brace without its other one/],
  ["a{1..{2..3}}.tar", /a brace without its other one/],
  ["a{}.tar", /\{\} is no range and no list/],
  ["a{2..1}.tar", /ends before it begins/],
  ["a{0..9999999}.tar", /names more than 1000000/],
  ["a{0..9999}{0..9999}.tar", /names more than 1000000/],
])("%s is refused", (pattern, message) => {
  expect(() => expandBraces(pattern)).toThrow(message);
});
