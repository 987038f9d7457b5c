import { afterEach, beforeEach, expect, test } from "bun:test";
import { withSpinner } from "./spinner.ts";

let before: { isTTY: boolean; CI: string | undefined; TERM: string | undefined };
beforeEach(() => {
  const { CI, TERM } = process.env;
  before = { isTTY: process.stderr.isTTY, CI, TERM };
  process.stderr.isTTY = true;
  process.env.CI = "";
  process.env.TERM = "xterm";
});
afterEach(() => {
  process.stderr.isTTY = before.isTTY;
  for (const key of ["CI", "TERM"] as const) {
    if (before[key] === undefined) delete process.env[key];
    else process.env[key] = before[key];
  }
});

test("work that fails before the spinner is there fails its caller, and nobody else", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", note);
  const error = new Error("refused at once");
  await expect(withSpinner("looking", Promise.reject(error))).rejects.toBe(error);
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});
