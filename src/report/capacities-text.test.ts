import { expect, test } from "bun:test";
import { fakeFound, fakeProfile } from "../benchmarks/profile/profile.fake.ts";
import type { Profile } from "../benchmarks/profile/profile-shape.ts";
import { capacitiesText } from "./capacities-text.ts";

function found(runName: string, ratePerS: number, limitMs = 500, dollars: number | null = null): Profile {
  const bounded = (value: number) => ({ value, low: 0.9 * value, high: 1.1 * value });
  const at = {
    levels: ["01-rate-4"],
    outputTokensPerRequest: bounded(32),
    outputTokensPerS: bounded(32 * ratePerS),
    outputTokensPerSPerGpu: null,
    usdPerMOutputTokens: dollars === null ? null : bounded(dollars),
    usdPerMTotalTokens: null,
    joulesPerOutputToken: null,
    gpus: null,
  };
  return fakeFound(runName, ratePerS, { limitMs, at });
}

test("capacities stand side by side, with what they come with and whether they differ", () => {
  const text = capacitiesText([found("a", 20, 500, 1.16), found("b", 24, 500, 1.05)])!;
  expect(text.split("\n").slice(0, 9)).toEqual([
    "                    capacity                     from the first, %",
    "a  20.0 req/s [19.0 to 21.0]",
    "b  24.0 req/s [23.0 to 25.0]  +20.0 [+12.9 to +27.1], beyond noise",
    "",
    "              tok/s    $/M output tokens",
    "a  640 [576 to 704]  1.16 [1.04 to 1.28]",
    "b  768 [691 to 845]  1.05 [0.95 to 1.16]",
    "",
    "Capacity: 95.0 % of requests with ttft ≤ 500 ms",
  ]);
  expect(text).toContain("Intervals are of 95 %");
});

test("other limits are named, and long names leave figures their room", () => {
  const [one, other] = ["results/2026-11-23/before/curve", "results/2026-11-24/after/curve"];
  const text = capacitiesText([found(one, 20), found(other, 24, 50), fakeProfile({}, { runName: "none" })])!;
  expect(text).toContain(`Capacity of ${one}: 95.0 % of requests with ttft ≤ 500\nms`);
  expect(text).toContain(`Capacity of ${other}: 95.0 % of requests with ttft ≤ 50.0\nms`);
  expect(text).toMatch(/^none +not searched for +-$/m);
  expect(text).toContain("other limits");
  expect(text.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
});

test("there is nothing to say of one, nor where none was searched for", () => {
  expect(capacitiesText([found("a", 20)])).toBeNull();
  expect(capacitiesText([fakeProfile(), fakeProfile()])).toBeNull();
});
