import { expect, test } from "bun:test";
import { ToolError } from "../../core/errors.ts";
import { parseUntil } from "./until.ts";

test.each([
  ["ttft.p99:5%", { metric: "ttft", statistic: "p99", share: 0.05 }],
  [" e2el-from-intended.mean : 2.5 % ", { metric: "e2elFromIntended", statistic: "mean", share: 0.025 }],
  ["ITL.p99.9:10%", { metric: "itl", statistic: "p99.9", share: 0.1 }],
] as const)("%s", (text, condition) => {
  expect(parseUntil(text)).toEqual({ ...condition, text: text.trim() });
});

test.each([
  ["ttft.p99", "no condition"],
  ["ttft.p99:5", "no condition"],
  ["ttft:5%", "needs one of .mean, .p50"],
  ["ttft.sd:5%", "needs one of"],
  ["tftt.p99:5%", 'there is no "tftt"'],
  ["ttft.p99:0%", "not between"],
  ["ttft.p99:100%", "not between"],
  ["ttft.p99:1.2.3%", "not between"],
])("%s is refused", (text, word) => {
  expect(() => parseUntil(text)).toThrow(ToolError);
  expect(() => parseUntil(text)).toThrow(word);
});
