import { expect, test } from "bun:test";
import { isAsIdle } from "./idle.ts";

test("idle is as fast as at first, with room for what one request varies by", () => {
  expect(isAsIdle(20, 20)).toBeTrue();
  expect(isAsIdle(50, 20)).toBeTrue();
  expect(isAsIdle(51, 20)).toBeFalse();
  expect(isAsIdle(1500, 1000)).toBeTrue();
  expect(isAsIdle(2000, 1000)).toBeFalse();
  expect(isAsIdle(null, 1000)).toBeFalse();
});
