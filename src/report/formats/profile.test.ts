import { describe, expect, test } from "bun:test";
import { exitOf } from "../../benchmarks/profile/judge.ts";
import { fakeFigures, fakeLatency, fakeLevel } from "../../benchmarks/profile/level.fake.ts";
import { fakeFound, fakeProfile } from "../../benchmarks/profile/profile.fake.ts";
import type { LevelResult } from "../../benchmarks/profile/profile-shape.ts";
import { ExitCode } from "../../core/errors.ts";
import { parseCsv } from "../../results/csv.ts";
import { profilesCsv, profilesJunit, profilesMarkdown } from "./profile.ts";

const bad = fakeLevel({
  name: "02-rate-9",
  load: { kind: "rate", ratePerS: 9 },
  marks: ["unfit"],
  figures: fakeFigures({ sentPerS: 9 }),
  warnings: [{ code: "lag", message: "the client <lagged>", hint: "Take a larger one." }],
});
const profile = fakeProfile({ levels: [fakeLevel(), bad] });

describe("a profile as", () => {
  test("CSV has a row a level, with the profile's name", () => {
    const [head, first, second] = profilesCsv([profile]).split(/\r?\n/);
    expect(head).toStartWith("profile,level,name,");
    expect([first!.split(",")[0], first!.split(",")[2], second!.split(",")[2]]).toEqual([
      "curve",
      "01-rate-4",
      "02-rate-9",
    ]);
  });

  test("CSV names the figures that are lower bounds", () => {
    const e2elMs = fakeLatency(1400, { isLowerBound: true, high: null });
    const levels = [fakeLevel(), fakeLevel({ figures: fakeFigures({ e2elMs }) })];
    const [head = [], ...rows] = parseCsv(profilesCsv([fakeProfile({ levels })]));
    expect(rows.map((row) => row[head.indexOf("lower_bounds")])).toEqual(["", "e2el_p50 e2el_p90 e2el_p99"]);
  });

  test("Markdown is its table and the warnings, as text and not as markup", () => {
    const text = profilesMarkdown([fakeProfile({ levels: [bad] }, { status: "interrupted" })]);
    expect(text).toContain("**The profile is interrupted.**");
    expect(text).toContain("U  the client was not fit to measure this");
    expect(text).toContain("the client \\<lagged\\>");
  });

  test("JUnit fails an unfit level, and a search that found nothing", () => {
    const capacity = {
      ratePerS: null,
      low: null,
      high: null,
      share: 0.95,
      confidence: 0.95 as const,
      trials: [],
      reason: "even the lowest rate was too much",
      at: null,
    };
    const text = profilesJunit([{ ...profile, capacity }]);
    expect(text).toContain('tests="4" failures="2"');
    expect(text).toContain("even the lowest rate was too much");
    expect(text).toContain('message="unfit"');
    const found = { ...capacity, ratePerS: 8.3, low: 7, high: 9.5, reason: "the interval is wide" };
    expect(profilesJunit([{ ...profile, capacity: found }])).toContain(
      "<system-out>Capacity 8.30 req/s [7.00 to 9.50], 95 % interval of 0 trials",
    );
  });

  test("JUnit does not pass a level whose client was not fit: where it does not fail, it is skipped, with the reasons", () => {
    const measuredBy = (verdict: "fit" | "doubtful" | "unfit", given: Partial<LevelResult> = {}) => {
      const figures = fakeFigures({ validity: { verdict, reasons: ["late", "busy"] }, ...given.figures });
      return profilesJunit([fakeProfile({ levels: [fakeLevel({ ...given, figures })] })]);
    };
    expect(measuredBy("fit")).toContain('failures="0" skipped="0"');
    const doubtful = measuredBy("doubtful");
    expect(doubtful).toContain('failures="0" skipped="1"');
    expect(doubtful).toContain('<skipped message="doubtful: late, busy"/>');
    for (const role of ["capacity", "full-throughput"] as const)
      expect(measuredBy("unfit", { role })).toContain('<skipped message="unfit: late, busy"/>');
    const missed = measuredBy("doubtful", { figures: fakeFigures({ gatesFailed: 1 }) });
    expect(missed).toContain('failures="1" skipped="0"');
  });

  test("JUnit and Markdown say why a profile, and a level, failed", () => {
    const warnings = [{ code: "server-gone", message: "the server went away in this level", hint: "Again." }];
    const failed = fakeLevel({ status: "failed", warnings });
    const run = { status: "failed" as const, failure: "the server went away in 01-rate-4" };
    const profile = fakeProfile({ levels: [failed] }, run);
    const text = profilesJunit([profile]);
    expect(text).toContain('<failure message="it failed: the server went away in 01-rate-4"/>');
    expect(text).toContain('<failure message="failed, the server went away in this level"/>');
    expect(profilesMarkdown([profile])).toContain(
      "**The profile failed: the server went away in 01-rate-4.**",
    );
    const older = fakeProfile({}, { status: "failed" });
    expect(profilesJunit([older])).toContain('<failure message="it is failed"/>');
  });

  test("JUnit takes a level beyond saturation for no failure", () => {
    const beyond = { ...bad, saturated: true, marks: ["saturated", "unfit"] as const };
    const text = profilesJunit([fakeProfile({ levels: [{ ...beyond, marks: [...beyond.marks] }] })]);
    expect(text).toContain('failures="0"');
  });

  test("JUnit fails where the exit code does, and nowhere else", () => {
    const missed = fakeFigures({ gatesFailed: 1 });
    const failuresOf = (level: LevelResult) => {
      const profile = fakeProfile({ levels: [level] });
      const failures = / failures="(\d+)"/.exec(profilesJunit([profile]))![1];
      return [Number(failures), exitOf(profile)];
    };
    for (const role of ["capacity", "full-throughput"] as const)
      expect(failuresOf(fakeLevel({ figures: missed, role }))).toEqual([0, ExitCode.ok]);
    expect(failuresOf(fakeLevel({ figures: missed, saturated: true }))).toEqual([0, ExitCode.ok]);
    expect(failuresOf(fakeLevel({ status: "failed", role: "capacity" }))).toEqual([0, ExitCode.ok]);
    expect(failuresOf(fakeLevel({ figures: missed }))).toEqual([1, ExitCode.gateFailed]);
    expect(failuresOf(fakeLevel({ status: "failed" }))).toEqual([1, ExitCode.runFailed]);
  });

  test("Markdown of several begins with their capacities, and whether they differ", () => {
    const found = (runName: string, ratePerS: number, limitMs = 500) =>
      fakeFound(runName, ratePerS, { limitMs, levels: [fakeLevel()] });
    const text = profilesMarkdown([found("a", 20), found("b", 24), found("c", 20.5), found("d", 9, 50)]);
    expect(text).toStartWith("## Capacities\n");
    expect(text).toContain("| b | 24.0 req/s [23.0 to 25.0] |");
    expect(text).toMatch(/\| b .*\| \+20\.0 \[\+12\.9 to \+27\.1\], beyond noise \|/);
    expect(text).toMatch(/\| c .*within noise \|/);
    expect(text).toMatch(/\| d .*\| other limits \|/);
    expect(profilesMarkdown([found("a", 20)])).toStartWith("## a");
  });
});
