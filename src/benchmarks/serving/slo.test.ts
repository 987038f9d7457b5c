import { expect, test } from "bun:test";
import { goodputOf } from "./goodput.ts";
import { record } from "./record.fake.ts";
import { missedSlos, parseSlos } from "./slo.ts";

test("limits with units, a bare number is ms, a share at the end", () => {
  expect(parseSlos("ttft=500ms, tpot=50,e2el=10s,p99")).toEqual({
    slos: [
      { name: "ttft", limitMs: 500 },
      { name: "tpot", limitMs: 50 },
      { name: "e2el", limitMs: 10_000 },
    ],
    share: 0.99,
  });
  expect(parseSlos("ttft_from_intended=1s").slos).toEqual([{ name: "ttft-from-intended", limitMs: 1000 }]);
  expect(parseSlos("ttft=1s").share).toBeNull();
});

test.each([
  ["tftt=5ms", "ttft"],
  ["ttft", "no limit"],
  ["ttft=fast", "no limit"],
  ["ttft=0", "no limit"],
  ["ttft=1s,ttft=2s", "twice"],
  ["p99", "no limit"],
])("%s is refused", (text, word) => {
  expect(() => parseSlos(text)).toThrow(word);
});

test("a request is held against each limit; the limit itself is kept", () => {
  const { slos } = parseSlos("ttft=50ms,tpot=9ms,e2el=1s");
  expect(missedSlos(record({ firstTokenAt: 50, lastTokenAt: 60 }), slos)).toEqual(["tpot"]);
  expect(missedSlos(record({ firstTokenAt: 51, lastTokenAt: 60, endAt: 2000 }), slos)).toEqual([
    "ttft",
    "e2el",
  ]);
});

test("a success of one token has no TPOT to miss", () => {
  expect(missedSlos(record({ tokens: 1 }), parseSlos("tpot=1ms").slos)).toEqual([]);
});

test("goodput divides by all that fell due, failures included", () => {
  const failed = record({ failure: { class: "http-5xx", phase: "connect", message: "" } });
  const slow = record({ firstTokenAt: 900, lastTokenAt: 910 });
  const due = [...Array.from({ length: 7 }, () => record()), failed, failed, slow];
  const goodput = goodputOf(due, parseSlos("ttft=500ms,p95"), 2);
  expect(goodput).toMatchObject({
    good: 7,
    total: 10,
    fraction: 0.7,
    perS: 3.5,
    missed: { ttft: 1, failed: 2 },
    isMet: false,
  });
  expect(goodput!.low).toBeLessThan(0.7);
  expect(goodput!.high).toBeGreaterThan(0.7);
  expect(goodputOf([], parseSlos("ttft=1s"), 2)).toBeNull();
});
