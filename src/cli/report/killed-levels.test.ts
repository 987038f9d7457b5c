import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeLevel } from "../../benchmarks/profile/level.fake.ts";
import { fakeProfile } from "../../benchmarks/profile/profile.fake.ts";
import { record } from "../../benchmarks/serving/record.fake.ts";
import { toLine } from "../../benchmarks/serving/record-line.ts";
import { withKilledLevels } from "./killed-levels.ts";

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "inferbench-killed-"));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

/** Leaves a level's directory as a run of this status does. */
function leave(name: string, status: string, requests: number, plan = "{}"): void {
  const directory = join(path, "levels", name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, "metadata.yaml"),
    `status: ${status}\nstartedAt: 2026-11-23T08:40:00.000Z\nplan: ${plan}\n`,
  );
  const lines = Array.from({ length: requests }, (_, index) => {
    const at = 100 * index;
    const instants = { intendedAt: at, sentAt: at, headersAt: at + 1, firstByteAt: at + 50 };
    return `${toLine(record({ index, ...instants, firstTokenAt: at + 50, lastTokenAt: at + 60, endAt: at + 61 }))}\n`;
  });
  writeFileSync(join(directory, "requests.jsonl"), lines.join(""));
}

test("the level that a profile was killed in is shown from its records", () => {
  leave("01-rate-4", "complete", 5);
  leave("02-rate-10", "running", 21);
  const { levels } = withKilledLevels(path, fakeProfile({ levels: [fakeLevel()] }, { status: "running" }));
  expect(levels.map(({ name, marks }) => [name, marks])).toEqual([
    ["01-rate-4", []],
    ["02-rate-10", ["interrupted"]],
  ]);
  const { figures, startedAt, load } = levels[1]!;
  expect([startedAt, load]).toEqual(["2026-11-23T08:40:00.000Z", { kind: "rate", ratePerS: 10 }]);
  expect(figures).toMatchObject({ askedPerS: 10, requests: { total: 21, succeeded: 21 }, peakInFlight: 1 });
  expect(figures!.sentPerS).toBeCloseTo(10, 6);
  expect(figures!.ttftMs!.p50.value).toBeCloseTo(50, 6);
});

test("neither a level that an earlier plan left, nor one whose number is taken, nor another directory is shown", () => {
  leave("01-rate-9", "running", 5);
  leave("03-rate-10", "complete", 5);
  leave("mine", "running", 5);
  const profile = fakeProfile({ levels: [fakeLevel()] });
  expect(withKilledLevels(path, profile)).toBe(profile);
});

test("a level that was killed before any answer is shown without figures", () => {
  leave("01-users-8", "running", 0);
  const [level] = withKilledLevels(path, fakeProfile({}, { status: "running" })).levels;
  expect([level!.load, level!.figures]).toEqual([{ kind: "users", users: 8 }, null]);
});

test("a level that was killed is held against its service level and gates", () => {
  leave("01-rate-10", "running", 21, '{ slo: "ttft=40ms", gates: ["goodput>=0.9", "ttft.p50<1s"] }');
  const [level] = withKilledLevels(path, fakeProfile({}, { status: "running" })).levels;
  expect(level!.figures).toMatchObject({ goodput: { good: 0, fraction: 0, isMet: null }, gatesFailed: 1 });
});
