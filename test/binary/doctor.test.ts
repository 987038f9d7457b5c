import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkIds } from "../../src/benchmarks/doctor/check.ts";
import { run } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

const folder = folderForEach();

/** The metadata service is never asked in a test: this machine may be a cloud's. */
const doctor = (...flags: string[]) => run(["doctor", "--no-cloud-probe", ...flags], folder.path);

test("looks at everything, in 80 columns, and leaves the folder empty", async () => {
  const { exit, stdout } = await doctor();
  expect(exit).toBe(0);
  expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
  expect(stdout).toMatch(/^(?:ok|warn) +GPU /m);
  expect(stdout).toMatch(/^(?:ok|warn) +O_DIRECT /m);
  expect(stdout).toMatch(/ · 0 fail\n$/);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("--json, with a server that is there", async () => {
  const mock = await startMockProcess();
  const { exit, stdout } = await doctor("--json", "--endpoint", mock.url);
  await mock.stop();
  const { tool, host, checks } = JSON.parse(stdout);
  expect([exit, tool, typeof host.kernel]).toEqual([0, "inferbench", "string"]);
  expect(checks.map((check: { id: string }) => check.id)).toEqual(checkIds.filter((id) => id !== "hub"));
  expect(checks.find((check: { id: string }) => check.id === "endpoint")).toMatchObject({
    status: "ok",
    found: expect.stringContaining("HTTP 200"),
  });
});

test("what is asked for and is not there is exit 4, with the whole table", async () => {
  const { exit, stdout } = await doctor("--require", "cpu,cloud");
  expect([exit, /^fail +cloud /m.test(stdout)]).toEqual([4, true]);
  const unreachable = await doctor("--endpoint", "http://127.0.0.1:1");
  expect([unreachable.exit, /^fail +endpoint /m.test(unreachable.stdout)]).toEqual([4, true]);
});

test.each([
  [["--require", "gpus"], '"gpus" is not'],
  [["--require", "endpoint"], "--require endpoint needs --endpoint"],
  [["--endpoint", "localhost:8000"], "is no URL"],
  [["--dir", "nowhere"], "--dir"],
  [["--dir", "file"], "is no directory"],
] as [string[], string][])("%j is wrong usage", async (flags, message) => {
  writeFileSync(join(folder.path, "file"), "");
  const { exit, stdout, stderr } = await doctor(...flags);
  expect([exit, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
});
