import { expect, test } from "bun:test";
import { fakeFigures, fakeLatency, fakeLevel } from "../benchmarks/profile/level.fake.ts";
import { fakeProfile } from "../benchmarks/profile/profile.fake.ts";
import { profileColumns, profileRow } from "../benchmarks/profile/profile-csv.ts";
import { groupedReasons } from "./client-reasons.ts";
import { capacityText, profileFoot, profileHead, profileRows, profileRowText } from "./profile-text.ts";

const tooWide = (lines: readonly string[]) => lines.filter((line) => Bun.stringWidth(line) > 80);

test("a row stands under its head", () => {
  const goodput = {
    good: 95,
    total: 100,
    fraction: 0.953,
    low: 0.9,
    high: 0.98,
    perS: 3.8,
    missed: {},
    isMet: null,
  };
  expect(
    [
      ...profileHead(),
      profileRowText(fakeLevel({ figures: fakeFigures({ goodput }), marks: ["saturated"] })),
    ].join("\n"),
  ).toBe(
    `                                         TTFT, ms      TPOT, ms   E2EL
asked       req/s     n  fail tok/s    p50    p99    p50    p99    p99  good
4 req/s      4.00   100     0   512   50.0    150   10.0   30.0  4,200 95.3% S`,
  );
  // What the capacity is computed from comes first: 84 of the 100 that were due after the first quarter.
  const goodIn = Array.from({ length: 20 }, (_, part) => (part < 5 ? 5 : part === 5 ? 0 : 6));
  const trial = { ratePerS: 4, good: 84 + 25, total: 133, saturated: false, goodIn };
  const level = fakeLevel({ figures: fakeFigures({ goodput }), trial });
  expect(profileRowText(level)).toEndWith("84.0%");
  expect(profileFoot(fakeProfile({ levels: [level] }))[0]).toStartWith("good: of what was due after");
  // Requests piled up: the search takes none of them for good.
  expect(profileRowText({ ...level, trial: { ...trial, saturated: true } })).toEndWith("0.0%");
  // The client was unfit: no trial.
  expect(profileRowText({ ...level, trial: { ratePerS: 4, good: 0, total: 0, saturated: false } })).toEndWith(
    "95.3%",
  );
});

test("rows stand in the order of load, trials of the search by themselves", () => {
  const at = (ratePerS: number, given = {}) => fakeLevel({ load: { kind: "rate", ratePerS }, ...given });
  const levels = [
    fakeLevel({ load: { kind: "users", users: 1 } }),
    at(8),
    at(2),
    at(5, { role: "capacity" }),
    at(4, { role: "capacity" }),
  ];
  expect(profileRows(levels).map((line) => line.slice(0, 20).trim().split("  ")[0])).toEqual([
    "2 req/s",
    "8 req/s",
    "1 user",
    "",
    "Trials of the capaci",
    "4 req/s",
    "5 req/s",
  ]);
});

test("80 columns hold the largest figures and several marks", () => {
  const most = fakeLatency(299_999, { isLowerBound: true });
  const figures = fakeFigures({
    requestThroughputPerS: 12_345.6,
    requests: { total: 1_234_567, succeeded: 1, failed: 1_234_566, censored: 0, byClass: {} },
    outputTokensPerS: 1_234_567,
    n: 1_234_567,
    ttftMs: most,
    tpotMs: fakeLatency(2999, { small: true }),
    e2elMs: most,
  });
  const row = profileRowText(
    fakeLevel({
      load: { kind: "all-at-once" },
      figures,
      marks: ["saturated", "unfit", "failures"],
    }),
  );
  expect(tooWide([...profileHead(), row])).toEqual([]);
  expect(row).toContain("≥300k");
  expect(row).toEndWith("SUf");
});

test("a level without a request has no figures", () => {
  expect(profileRowText(fakeLevel({ figures: null, marks: ["failed"] }))).toMatch(/^4 req\/s( +-){10} X$/);
});

test("the foot explains the marks that occur, and no others", () => {
  const levels = [
    fakeLevel({ marks: ["not-idle"] }),
    fakeLevel({ figures: fakeFigures({ ttftMs: fakeLatency(5, { small: true }) }) }),
  ];
  expect(profileFoot(fakeProfile({ levels }))).toEqual([
    "B  the server was still busy before this level",
    "*  n is too small to trust this quantile (n < 5/(1-q))",
  ]);
  expect(profileFoot(fakeProfile({ levels: [fakeLevel()] }))).toEqual([]);
});

test("the capacity, with what it comes with", () => {
  const found = {
    ratePerS: 12.34,
    low: 11.8,
    high: 12.9,
    share: 0.95,
    confidence: 0.95 as const,
    trials: [],
    reason: null,
    at: {
      levels: ["07-rate-12"],
      outputTokensPerRequest: { value: 128, low: 126, high: 130 },
      outputTokensPerS: { value: 1580, low: 1500, high: 1660 },
      usdPerMOutputTokens: { value: 0.54, low: 0.51, high: 0.57 },
      usdPerMTotalTokens: { value: 0.27, low: null, high: 0.29 },
      joulesPerOutputToken: { value: 0.31, low: 0.29, high: 0.33 },
      gpus: 2,
      outputTokensPerSPerGpu: { value: 790, low: 750, high: 830 },
    },
  };
  const slos = { slos: [{ name: "ttft", limitMs: 500 }], share: null };
  const lines = profileFoot(fakeProfile({ capacity: found, slos }));
  expect(lines).toEqual([
    "",
    "Capacity    12.3 req/s [11.8 to 12.9], 95 % interval of 0 trials",
    "            95.0 % of requests with ttft ≤ 500 ms",
    "            1,580 [1,500 to 1,660] tok/s: 128 [126 to 130] tokens a request (of",
    "            07-rate-12)",
    "            790 [750 to 830] tok/s per GPU",
    "            $ 0.54 [0.51 to 0.57] per M output tokens",
    "            $ 0.27 [? to 0.29] per M tokens, prompts included",
    "            0.31 [0.29 to 0.33] J/token",
  ]);
  expect(tooWide(lines)).toEqual([]);
  expect(profileFoot(fakeProfile({ capacity: { ...found, low: null }, slos }))[1]).toContain(
    "[? to 12.9], 95 %",
  );
  const lost = { ...found, ratePerS: null, low: null, high: null, reason: "no rate was good", at: null };
  expect(profileFoot(fakeProfile({ capacity: lost, slos }))).toEqual([
    "",
    "Capacity    not found",
    "            95.0 % of requests with ttft ≤ 500 ms",
    "            no rate was good",
  ]);
});

test("reasons against the client are wrapped, and no more than a few are shown", () => {
  const reasons = Array.from(
    { length: 5 },
    (_, i) => `0${i}-rate-4: ${"a long reason ".repeat(8)}${"x".repeat(i)}`,
  );
  const lines = profileFoot(fakeProfile({ validity: { verdict: "unfit", reasons } }));
  expect(tooWide(lines)).toEqual([]);
  expect(lines.at(-1)).toBe("  - and 2 more, in each level's summary.txt");
});

test("a capacity of which only a bound is known is said as one", () => {
  const bound = {
    ratePerS: null,
    low: 81.87408489855416,
    high: null,
    share: 0.95,
    confidence: 0.95 as const,
  };
  const capacity = { ...bound, trials: [], reason: null, at: null };
  expect(capacityText(capacity)).toBe("> 81.9 req/s");
  expect(capacityText({ ...capacity, low: null, high: 2.5 })).toBe("< 2.50 req/s");
});

test("a reason of several levels is said once, with the levels", () => {
  const late = (level: string, ms: number) =>
    `${level}: lateness p99 is ${ms} % of the median (${ms / 10} ms)`;
  const reasons = [late("03-rate-4", 12), "03-rate-4: it had no CPU", late("04-rate-8", 15)];
  expect(groupedReasons(reasons)).toEqual([
    "lateness p99 is 12 % of the median (1.2 ms) (03-rate-4, 04-rate-8, each with numbers of its own)",
    "it had no CPU (03-rate-4)",
  ]);
  const same = Array.from({ length: 7 }, (_, i) => `0${i}: busy`);
  expect(groupedReasons(same)).toEqual(["busy (00, 01, 02 and 4 more levels)"]);
});

test("what a level left unfinished has not failed", () => {
  const requests = {
    total: 20,
    succeeded: 15,
    failed: 5,
    censored: 4,
    byClass: { "http-5xx": 1, aborted: 4 },
  };
  const level = fakeLevel({ figures: fakeFigures({ n: 20, requests }) });
  expect(profileRowText(level).split(/ +/).slice(3, 5)).toEqual(["20", "1"]);
  const row = profileRow(level);
  const cells = ["failed", "unfinished"].map((name) => row[profileColumns.indexOf(name)]);
  expect(cells).toEqual([1, 4]);
});
