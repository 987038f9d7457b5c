import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readTrace, type TraceOptions } from "./trace.ts";

const FIXTURES = join(import.meta.dir, "../../../../fixtures/traces");
const folder = mkdtempSync(join(tmpdir(), "inferbench-trace-"));
const path = join(folder, "trace");
afterAll(() => rmSync(folder, { recursive: true }));

const whole: TraceOptions = { timeScale: 1, maxRequests: null, limitMs: null };
const fixture = (name: string, options: Partial<TraceOptions> = {}) =>
  readTrace(join(FIXTURES, name), { ...whole, ...options });

function read(lines: object[], options: Partial<TraceOptions> = {}) {
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return readTrace(path, { ...whole, ...options });
}

const own = (at_ms: number, prompt_tokens = 10, max_tokens = 20) => ({ at_ms, prompt_tokens, max_tokens });

describe("fixtures", () => {
  test("Mooncake: times in ms, with the ids of each prompt's blocks", () => {
    const trace = fixture("mooncake.jsonl");
    expect(trace).toMatchObject({ format: "mooncake", skipped: 0, outOfOrder: 0, prompts: null });
    expect(trace.times).toHaveLength(24);
    expect([trace.times[0], trace.times[3], trace.times[23]]).toEqual([0, 3000, 21_000]);
    expect([trace.promptTokens[2], trace.maxTokens[2], trace.hashIds![2]]).toEqual([1713, 110, [0, 1, 4, 5]]);
    for (const [i, ids] of trace.hashIds!.entries()) {
      expect(ids).toHaveLength(Math.ceil(trace.promptTokens[i]! / 512));
    }
  });

  test("BurstGPT: times in s, from the first one on, without the failures", () => {
    const trace = fixture("burstgpt.csv");
    expect(trace).toMatchObject({
      format: "burstgpt",
      skipped: 3,
      outOfOrder: 0,
      prompts: null,
      hashIds: null,
    });
    expect(trace.times).toHaveLength(27);
    expect([...trace.times.slice(0, 5)]).toEqual([0, 8000, 34_000, 34_000, 62_000]);
    expect([...trace.promptTokens.slice(0, 2), ...trace.maxTokens.slice(0, 2)]).toEqual([
      652, 1197, 179, 238,
    ]);
  });

  test("Azure: times of day over midnight, to the tenth of a microsecond, in order", () => {
    const trace = fixture("azure.csv");
    expect(trace).toMatchObject({ format: "azure", skipped: 0, outOfOrder: 1, prompts: null, hashIds: null });
    expect(trace.times).toHaveLength(30);
    expect(trace.times[1]).toBeCloseTo(58.9854, 3);
    expect(trace.times[6]).toBeCloseTo(1537.4389, 3);
    // The two lines that stand the wrong way round, with their lengths.
    expect([trace.promptTokens[11], trace.promptTokens[12]]).toEqual([1911, 2982]);
    expect(trace.times).toEqual(trace.times.toSorted());
  });

  test("our own: times in ms, lengths or texts", () => {
    const trace = fixture("inferbench.jsonl");
    expect(trace).toMatchObject({ format: "inferbench", skipped: 0, outOfOrder: 0, hashIds: null });
    expect(trace.times[1]).toBe(182.634);
    expect([trace.prompts![4], trace.promptTokens[4]]).toEqual([undefined, 108]);
    expect(trace.prompts![5]).toStartWith("Explain in two");
    expect([trace.promptTokens[5], trace.maxTokens[5]]).toEqual([0, 80]);
  });
});

describe("times", () => {
  test("begin at 0 and are multiplied by the scale: 2 is half as fast", () => {
    const lines = [own(500), own(600), own(900)];
    expect([...read(lines).times]).toEqual([0, 100, 400]);
    expect([...read(lines, { timeScale: 2 }).times]).toEqual([0, 200, 800]);
    expect([...read(lines, { timeScale: 0.5 }).times]).toEqual([0, 50, 200]);
    expect(read(lines, { timeScale: 0.5 }).timeScale).toBe(0.5);
  });

  test("are put in order with all that belongs to them, equal ones in the file's order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }), (instants) => {
        const trace = read(instants.map((at, i) => own(at, i + 1, i + 100)));
        const expected = instants.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at || a.i - b.i);
        const start = expected[0]!.at;
        expect([...trace.times]).toEqual(expected.map(({ at }) => at - start));
        expect([...trace.promptTokens]).toEqual(expected.map(({ i }) => i + 1));
        expect([...trace.maxTokens]).toEqual(expected.map(({ i }) => i + 100));
        const late = instants.filter((at, i) => at < Math.max(...instants.slice(0, i), -1));
        expect(trace.outOfOrder).toBe(late.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe("limits", () => {
  const lines = [own(0), own(200), own(300), own(400)];

  test("by number: the first of the file, and what follows is not looked at", () => {
    expect([...read(lines, { maxRequests: 2 }).times]).toEqual([0, 200]);
    expect(read(lines, { maxRequests: 99 }).times).toHaveLength(4);
    expect(read([...lines, { broken: true }], { maxRequests: 4 }).times).toHaveLength(4);
    expect([...read([own(9), own(5), own(1)], { maxRequests: 2 }).times]).toEqual([0, 4]);
  });

  test("by time, scaled, the limit itself excluded", () => {
    expect([...read(lines, { limitMs: 300 }).times]).toEqual([0, 200]);
    expect([...read(lines, { limitMs: 300, timeScale: 0.5 }).times]).toEqual([0, 100, 150, 200]);
    const cut = read(lines, { limitMs: 300 });
    expect([cut.promptTokens.length, cut.maxTokens.length]).toEqual([2, 2]);
  });

  test("requests without tokens do not count, and the first one with tokens is due at 0", () => {
    writeFileSync(path, "Timestamp,Request tokens,Response tokens\n5,0,0\n7,9,0\n9,0,9\n11,9,9\n12,9,9\n");
    const trace = readTrace(path, { ...whole, maxRequests: 1 });
    expect([...trace.times]).toEqual([0]);
    expect(trace.skipped).toBe(3);
  });
});

describe("a trace without requests is an error", () => {
  test.each([
    ["", "the trace FILE is empty"],
    ["\n \n", "the trace FILE is empty"],
    ["Timestamp,Request tokens,Response tokens\n", "the trace FILE has no requests"],
    [
      "Timestamp,Request tokens,Response tokens\n5,0,0\n7,9,0\n",
      "the trace FILE has no requests: all 2 are without tokens",
    ],
  ])("%j", (content, message) => {
    writeFileSync(path, content);
    expect(() => readTrace(path, whole)).toThrow(message.replace("FILE", path));
  });

  test("one that is not there, too", () => {
    const missing = join(folder, "none.jsonl");
    expect(() => readTrace(missing, whole)).toThrow(`cannot read ${missing}: `);
  });
});
