import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { METADATA_FILE, metadataText, startMetadata } from "./metadata.ts";
import { createRedactor } from "./redact.ts";
import { openRunDirectory } from "./run-directory.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-meta-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const argv = ["serving", "--url", "http://127.0.0.1:8000", "--api-key", "topsecret"];
const facts = {
  version: "1.2.3",
  benchmark: "serving",
  runName: "no",
  startedAtUnixMs: Date.UTC(2026, 10, 22, 2, 23, 45, 678),
  argv,
  plan: {
    seed: 2 ** 53 - 1,
    rates: Float64Array.of(1, Number.NaN),
    apiKey: "topsecret",
    note: "uses topsecret: yes",
  },
  environment: { host: { name: "gpu-1" }, gpus: null },
};

test("ties the clocks from the start, by the run's own start at the end", () => {
  const run = openRunDirectory(join(folder, "clock"), { overwrite: false, names: [METADATA_FILE] });
  const clock = { startMonotonicMs: 5, startUnixMs: 1000 };
  const file = startMetadata(run, { ...facts, clock }, createRedactor({ argv }));
  const read = () => parse(readFileSync(run.path(METADATA_FILE), "utf8")).clock;
  expect(read()).toEqual(clock);
  file.finish("interrupted", Date.now());
  expect(read()).toEqual(clock);
  file.finish("complete", Date.now(), { clock: { startMonotonicMs: 7, startUnixMs: 1002 } });
  expect(read()).toEqual({ startMonotonicMs: 7, startUnixMs: 1002 });
});

test("is there from the start, and says how the run ended", () => {
  const run = openRunDirectory(join(folder, "run"), { overwrite: false, names: [METADATA_FILE] });
  const file = startMetadata(run, facts, createRedactor({ argv }));
  const read = () => parse(readFileSync(run.path(METADATA_FILE), "utf8"));
  expect(read()).toEqual({
    schemaVersion: 1,
    tool: "inferbench",
    version: "1.2.3",
    benchmark: "serving",
    runName: "no",
    status: "running",
    startedAt: "2026-11-22T02:23:45.678Z",
    endedAt: null,
    command: "inferbench serving --url http://127.0.0.1:8000 --api-key [redacted]",
    plan: { seed: 2 ** 53 - 1, rates: [1, null], apiKey: "[redacted]", note: "uses [redacted]: yes" },
    environment: { host: { name: "gpu-1" }, gpus: null },
  });
  file.finish("interrupted", facts.startedAtUnixMs + 1000, { requestsSent: 12 });
  expect(read()).toMatchObject({
    status: "interrupted",
    endedAt: "2026-11-22T02:23:46.678Z",
    requestsSent: 12,
  });
});

test("keeps strings strings and long lines whole", () => {
  const plan = {
    version: "1.0",
    flag: "yes",
    date: "2026-11-22",
    path: `/data/${"long name ".repeat(30)}end`,
  };
  const text = metadataText({ ...facts, plan }, createRedactor(), "complete", null);
  expect(parse(text).plan).toEqual(plan);
  expect(text).toContain(plan.path);
});

test("names no secret anywhere", () => {
  expect(metadataText(facts, createRedactor({ argv }), "failed", null)).not.toContain("topsecret");
});
