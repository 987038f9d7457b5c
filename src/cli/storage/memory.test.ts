import { expect, test } from "bun:test";
import { checkMemory } from "./memory.ts";

const GB = 1e9;

test("ranks on one machine share its memory", () => {
  expect(() => checkMemory(4 * GB, 1, 10 * GB)).not.toThrow();
  expect(() => checkMemory(4 * GB, 2, 10 * GB)).not.toThrow();
  expect(() => checkMemory(4 * GB, 3, 10 * GB)).toThrow(/in each of 3 ranks on this machine/);
});
