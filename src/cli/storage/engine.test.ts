import { expect, test } from "bun:test";
import type { StorageSettings } from "../../benchmarks/storage/plan.ts";
import { checkEngine } from "./engine.ts";

const settings = (engine: "pread" | "io_uring") => ({ engine, ioDepth: 8 }) as StorageSettings;

test("io_uring that the kernel forbids is exit 4 with the reason", () => {
  const caught = (() => {
    try {
      checkEngine(settings("io_uring"), () => 1);
    } catch (error) {
      return error;
    }
  })();
  expect(caught).toMatchObject({ code: "IO_URING", exit: 4 });
  expect((caught as Error).message).toMatch(/^--engine io_uring: (forbidden|kernel\.io_uring_disabled is)/);
  expect(() => checkEngine(settings("io_uring"), () => 38)).toThrow(/not in this kernel/);
  expect(() => checkEngine(settings("io_uring"), () => 0)).not.toThrow();
});

test("the ring that is tried is as large as the run's, and none where it is not asked for", () => {
  const tried: (number | undefined)[] = [];
  const errnoOf = (entries?: number) => {
    tried.push(entries);
    return 0;
  };
  checkEngine(settings("pread"), errnoOf);
  checkEngine(settings("io_uring"), errnoOf);
  expect(tried).toEqual([8]);
});
