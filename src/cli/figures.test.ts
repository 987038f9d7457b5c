import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeRun } from "../report/figures/serving/run.fake.ts";
import { figuresOfRun } from "../report/figures/serving/run-figures.ts";
import { openRunDirectory } from "../results/run-directory.ts";
import { writeFigures } from "./figures.ts";

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "inferbench-figures-"));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

test("what stops the drawing comes between two figures; those that are drawn stay", async () => {
  const figures = [...figuresOfRun(fakeRun({ gpus: 0 }))].slice(0, 3);
  const names = figures.map(({ name }) => `${name}.svg`);
  const directory = openRunDirectory(path, { overwrite: false, names });
  const stop = new AbortController();
  // As a signal would come: while the first figure is drawn.
  const drawing = writeFigures(figures, { format: "svg", theme: "light" }, directory, stop.signal);
  setImmediate(() => stop.abort());
  expect(await drawing).toEqual([directory.path(names[0]!)]);
  directory.removeEmpty();
  expect(readdirSync(path)).toEqual([names[0]!]);
});
