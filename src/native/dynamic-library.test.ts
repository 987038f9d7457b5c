import { expect, test } from "bun:test";
import { openLibrary } from "./dynamic-library.ts";

test("gives the functions that are there, and none for those that are not", () => {
  const opening = openLibrary("libm.so.6");
  if (!opening.ok) throw new Error(opening.reason);
  const real = { args: ["f64"], returns: "f64" } as const;
  const functions = opening.library.link({ cos: real, no_such_function: real });
  expect(functions.get("cos")!(0)).toBe(1);
  expect(functions.has("no_such_function")).toBe(false);
  expect(opening.library.link({ no_such_function: real }).size).toBe(0);
});

test("says in the loader's words why there is no library", () => {
  expect(openLibrary("libno-such-library.so.9")).toEqual({
    ok: false,
    reason: "libno-such-library.so.9: cannot open shared object file: No such file or directory",
  });
  expect(openLibrary("/dev/null")).toMatchObject({ ok: false, reason: expect.stringContaining("/dev/null") });
});

test("refuses a path that depends on the working directory", () => {
  expect(() => openLibrary("./libm.so.6")).toThrow("no absolute path");
});
