import { afterEach, beforeEach, expect, test } from "bun:test";
import { isLive } from "./output.ts";

const { CI, TERM } = process.env;
beforeEach(() => {
  delete process.env.CI;
  process.env.TERM = "xterm";
});
afterEach(() => {
  for (const [name, value] of Object.entries({ CI, TERM })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test("text moves on a terminal that has a width, and nowhere else", () => {
  const streams = [{ isTTY: true, columns: 80 }, { isTTY: true }, { isTTY: true, columns: 0 }, {}];
  expect(streams.map((stream) => isLive(stream))).toEqual([true, true, false, false]);
});
