import { expect, test } from "bun:test";
import { makeLevel } from "../../benchmarks/profile/level.ts";
import { fakeProfile } from "../../benchmarks/profile/profile.fake.ts";
import { planDifferences } from "../../benchmarks/profile/resume.ts";
import { targetOf } from "../serving/config.ts";
import { levelValues } from "./level-values.ts";
import { refuseOtherPlan } from "./open.ts";
import { planRecord } from "./plan-record.ts";
import { configured } from "./values.fake.ts";

const prompts = { describe: { kind: "fake" }, at: () => ({ text: "a", promptTokens: 1, maxTokens: 1 }) };

function planOf(...argv: string[]) {
  const { values, config } = configured("--endpoint", "http://127.0.0.1:8000/v1/completions", ...argv);
  const one = makeLevel(1, "listed", { kind: "rate", ratePerS: 1 }, config.limits);
  const target = targetOf(levelValues(values, one, "", false), {});
  return planRecord(values, target, "m", prompts as unknown as Parameters<typeof planRecord>[3]);
}

const first = ["--request-rates", "1,2", "--slo", "ttft=1s"];

test("what decides no level may change: files, page, uploads, and the search", () => {
  const again = [
    ...["--no-html", "--figures", "svg", "--save-json-results", "--file-prefix", "other"],
    ...[
      "--output-bucket-filepath",
      "there",
      "--find-capacity",
      "--good",
      "0.9",
      "--capacity-requests",
      "500",
    ],
  ];
  expect(planDifferences(planOf(...first, ...again), planOf(...first))).toEqual([]);
  expect(planDifferences(planOf(...first, "--duration", "7"), planOf(...first))).toEqual([
    "duration is 7000, was not given",
  ]);
});

test("the plan of an older version, which had some of that in it, is the same one", () => {
  const older = { ...planOf(...first), html: true, findCapacity: false, good: 0.95, filePrefix: "benchmark" };
  refuseOtherPlan(planOf(...first, "--find-capacity"), fakeProfile({ plan: older }), "out");
  expect(() => refuseOtherPlan(planOf("--request-rates", "1"), fakeProfile({ plan: older }), "out")).toThrow(
    "requestRates is [1], was [1,2]",
  );
});
