import { describe, expect, test } from "bun:test";
import { type LengthRequest, type OutputDist, outputLength } from "./output-length.ts";

const REQUEST: LengthRequest = { maxTokens: null, minTokens: 0, ignoreEos: false, roomTokens: 1000 };

function many(dist: OutputDist, request: Partial<LengthRequest>): { tokens: number; reason: string }[] {
  return Array.from({ length: 4000 }, (_, i) => outputLength(dist, 50, 3, i + 1, { ...REQUEST, ...request }));
}

function mean(lengths: { tokens: number }[]): number {
  return lengths.reduce((sum, { tokens }) => sum + tokens, 0) / lengths.length;
}

test("without a distribution an answer is as long as its limit", () => {
  expect(outputLength("max-tokens", 16, 1, 1, { ...REQUEST, maxTokens: 7 })).toEqual({
    tokens: 7,
    reason: "length",
  });
  expect(outputLength("max-tokens", 16, 1, 1, REQUEST)).toEqual({ tokens: 16, reason: "length" });
});

describe.each(["fixed", "uniform", "geometric"] as const)("%s", (dist) => {
  test("has the mean asked for, at least one token, and stops by itself", () => {
    const lengths = many(dist, {});
    expect(mean(lengths) / 50).toBeCloseTo(1, 1);
    expect(Math.min(...lengths.map(({ tokens }) => tokens))).toBeGreaterThanOrEqual(1);
    expect(lengths.every(({ tokens, reason }) => reason === (tokens < 1000 ? "stop" : "length"))).toBe(true);
  });

  test("keeps to the request's limits", () => {
    for (const { tokens, reason } of many(dist, { maxTokens: 60, minTokens: 40 })) {
      expect(tokens).toBeGreaterThanOrEqual(40);
      expect(tokens).toBeLessThanOrEqual(60);
      expect(reason).toBe(tokens === 60 ? "length" : "stop");
    }
  });

  test("ignore_eos goes on to the limit", () => {
    expect(new Set(many(dist, { maxTokens: 70, ignoreEos: true }).map(({ tokens }) => tokens))).toEqual(
      new Set([70]),
    );
  });
});
