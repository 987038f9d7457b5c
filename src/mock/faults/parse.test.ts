import { describe, expect, test } from "bun:test";
import { ToolError } from "../../core/errors.ts";
import { behaviourFor, ORDINARY } from "./behaviour.ts";
import { FAULT_KINDS } from "./kinds.ts";
import { parseFault } from "./parse.ts";

describe("parseFault", () => {
  test.each([
    ["reset@*", { kind: "reset", afterTokens: 0 }],
    ["reset:5@*", { kind: "reset", afterTokens: 5 }],
    ["role-early@*", { kind: "role-early", beforeMs: null }],
    ["role-early:20@*", { kind: "role-early", beforeMs: 20 }],
    ["chunk-tokens:4@*", { kind: "chunk-tokens", tokens: 4 }],
    ["stall:500@*", { kind: "stall", forMs: 500, afterTokens: 1 }],
    ["stall:2s:3@*", { kind: "stall", forMs: 2000, afterTokens: 3 }],
    ["http-429@*", { kind: "http", status: 429, retryAfterS: 1 }],
    ["http-429:7@*", { kind: "http", status: 429, retryAfterS: 7 }],
    ["http-503@*", { kind: "http", status: 503, retryAfterS: null }],
    ["slow-headers:1s@*", { kind: "slow-headers", forMs: 1000 }],
    ["crlf@*", { kind: "crlf" }],
  ] as const)("%s", (text, fault) => {
    expect(parseFault(text).fault).toEqual(fault);
  });

  test("says which requests", () => {
    expect(parseFault("hang@*").where).toEqual({ kind: "all" });
    expect(parseFault("hang@p=0.05").where).toEqual({ kind: "probability", p: 0.05 });
    expect(parseFault("hang@3,7,10-20").where).toEqual({
      kind: "numbers",
      ranges: [
        [3, 3],
        [7, 7],
        [10, 20],
      ],
    });
  });

  test.each([
    "",
    "hang",
    "hang@",
    "hang@p=2",
    "hang@0",
    "hang@5-3",
    "hang@1,,2",
    "hang@x",
    "hang:1@*",
    "chunk-tokens@*",
    "chunk-tokens:1@*",
    "chunk-tokens:x@*",
    "stall@*",
    "stall:x@*",
    "stall:1:2:3@*",
    "reset:-1@*",
    "reset:1.5@*",
    "http-429:x@*",
    "slow-headers@*",
    "error-event@*",
    "nothing@*",
    "toString@*",
  ])("%j is refused with the flag, the text and what is allowed", (text) => {
    expect(() => parseFault(text)).toThrow(ToolError);
    expect(() => parseFault(text)).toThrow(`--fault: "${text}"`);
  });

  test("names the nearest kind", () => {
    try {
      parseFault("no-dome@*");
      expect.unreachable();
    } catch (error) {
      expect((error as ToolError).hint).toBe("Did you mean no-done?");
    }
  });
});

describe("behaviourFor", () => {
  const rules = ["reset:3@2-3", "crlf@3", "no-done@p=0.25", "hang@9", "reset@10"].map(parseFault);

  test("an ordinary request has ordinary behaviour", () => {
    expect(behaviourFor(rules.slice(0, 2), 1, 1)).toBe(ORDINARY);
  });

  test("faults add up and are named", () => {
    const behaviour = behaviourFor(rules.slice(0, 2), 1, 3);
    expect(behaviour).toEqual({
      ...ORDINARY,
      faults: "reset:3+crlf",
      lineEnd: "\r\n",
      cut: { kind: "reset", afterTokens: 3 },
    });
    expect(behaviourFor(rules.slice(3), 1, 9).opening).toEqual({ kind: "hang" });
    expect(behaviourFor(rules.slice(3), 1, 10).opening).toEqual({ kind: "reset" });
  });

  test("a probability hits that share of the requests, the same ones each time", () => {
    const hits = (seed: number) =>
      Array.from({ length: 8000 }, (_, i) => behaviourFor(rules, seed, i + 100).sendsDone === false);
    expect(hits(1).filter(Boolean).length / 8000).toBeCloseTo(0.25, 1);
    expect(hits(1)).toEqual(hits(1));
    expect(hits(2)).not.toEqual(hits(1));
  });

  test("every kind changes the behaviour", () => {
    const args: Record<string, string> = {
      "chunk-tokens": ":2",
      "error-event": ":1",
      reasoning: ":1",
      stall: ":1",
      truncate: ":1",
      "slow-headers": ":1",
    };
    for (const kind of Object.keys(FAULT_KINDS)) {
      const { faults: _, ...rest } = behaviourFor([parseFault(`${kind}${args[kind] ?? ""}@*`)], 1, 1);
      expect({ kind, isOrdinary: Bun.deepEquals({ ...rest, faults: null }, ORDINARY) }).toEqual({
        kind,
        isOrdinary: false,
      });
    }
  });
});
