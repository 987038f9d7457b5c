import { expect, test } from "bun:test";
import { parseGate } from "../benchmarks/serving/gates.ts";
import { record } from "../benchmarks/serving/record.fake.ts";
import { parseSlos } from "../benchmarks/serving/slo.ts";
import { summarize } from "../benchmarks/serving/summary.ts";
import { fakeContext } from "../benchmarks/serving/summary-context.fake.ts";
import { servingText } from "./serving-text.ts";

/** 200 requests, one each 100 ms; the last 10 never got a token. */
const records = Array.from({ length: 200 }, (_, i) => {
  const at = 100 * i;
  const times = { intendedAt: at, sentAt: at };
  const ttft = 40 + ((i * 7919) % 21);
  return i < 190
    ? record({
        index: i,
        ...times,
        firstTokenAt: at + ttft,
        lastTokenAt: at + ttft + 10,
        endAt: at + ttft + 11,
      })
    : record({
        index: i,
        ...times,
        ...{ firstByteAt: null, firstTokenAt: null, firstAnswerAt: null, lastTokenAt: null, chunkUs: [] },
        endAt: 30_000,
        failure: { class: "aborted", phase: "first-token", message: "not finished" },
      });
});

const gates = ["ttft.p99<20s", "ttft.p99<5s", "ttft.p50<1s"].map(parseGate);
const text = servingText(summarize(records, fakeContext({ gates })), ["heading"]);

test("lower bounds are marked, and said to be some", () => {
  const row = text.split("\n").find((line) => line.startsWith("TTFT  "))!;
  expect(row).toMatch(/^TTFT +200 +≥\d+ +[\d.]+ +[\d.]+ +(≥?[\d,.]+\*?) +≥[\d,]+ +≥[\d,]+$/);
  expect(text).toContain("≥ a lower bound");
});

test("a gate that a lower bound does not decide is not said to have been missed", () => {
  const lines = text.split("\n").filter((line) => line.startsWith("Gate"));
  expect(lines[0]).toMatch(
    /^Gate {8}FAILED {2}ttft\.p99<20s {2}\(≥[\d.]+ s, not known to hold, n too small\)$/,
  );
  expect(lines[1]).toMatch(/^Gate {8}FAILED {2}ttft\.p99<5s {2}\(≥[\d.]+ s, n too small\)$/);
  expect(lines[2]).toMatch(/^Gate {8}passed {2}ttft\.p50<1s {2}\([\d.]+ ms\)$/);
});

test("fits 80 columns", () => {
  expect(text.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
});

test("a bound that so few requests do not have is a question mark on either side", () => {
  const few = servingText(summarize(records.slice(0, 3), fakeContext({})), ["heading"]);
  expect(few).toContain("TTFT, 95 % intervals, ms: p50 ? to ?");
});

test("what missed a service level fits 80 columns, and tells the failed from the unfinished", () => {
  const slos = parseSlos("ttft-from-intended=100ms,e2el-from-intended=200ms,stall=300ms,p95");
  const lines = servingText(summarize(records, fakeContext({ slos })), ["heading"]).split("\n");
  const at = lines.findIndex((line) => line.startsWith("  missed"));
  const missed = lines.slice(at, at + 2);
  expect(missed.join(" ")).toEndWith("failed: 0 · unfinished: 10");
  expect(missed[1]).toMatch(/^ {12}\S/);
  expect(lines.filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
});
