import { expect, test } from "bun:test";
import { fakeFigures, fakeLatency, fakeLevel } from "../benchmarks/profile/level.fake.ts";
import { fakeProfile } from "../benchmarks/profile/profile.fake.ts";
import { profileFoot, profileHead, profileRowText } from "./profile-text.ts";

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
    `                                      TTFT, ms       TPOT, ms    E2EL
load        sent/s     n  tok/s     p50    p99     p50    p99     p99  good
4 req/s       4.00   100    512    50.0    150    10.0   30.0   4,200 95.3% S`,
  );
});

test("80 columns hold the largest figures and several marks", () => {
  const most = fakeLatency(299_999, { isLowerBound: true });
  const figures = fakeFigures({
    sentPerS: 12_345.6,
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
      marks: ["saturated", "unfit", "not-idle", "failures"],
    }),
  );
  expect(tooWide([...profileHead(), row])).toEqual([]);
  expect(row).toContain("≥300k");
  expect(row).toEndWith("SUBf");
});

test("a level without a request has no figures", () => {
  expect(profileRowText(fakeLevel({ figures: null, marks: ["failed"] }))).toMatch(/^4 req\/s( +-){9} X$/);
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
    confidence: 0.95,
    trials: [],
    reason: null,
    at: {
      level: "07-rate-12",
      ratePerS: 12,
      outputTokensPerS: 1536,
      usdPerMOutputTokens: 0.54,
      joulesPerOutputToken: 0.31,
      gpus: 2,
      outputTokensPerSPerGpu: 768,
    },
  } as const;
  const slos = { slos: [{ name: "ttft", limitMs: 500 }], share: null };
  const lines = profileFoot(fakeProfile({ capacity: found, slos }));
  expect(lines).toEqual([
    "",
    "Capacity    12.3 req/s [11.8 to 12.9, 95 %] of 0 trials",
    "            95.0 % of requests with ttft ≤ 500 ms",
    "            at 12.0 req/s (07-rate-12): 1,536 tok/s · 768 tok/s per GPU",
    "            $ 0.54 per M output tokens · 0.31 J/token",
  ]);
  expect(tooWide(lines)).toEqual([]);
  expect(profileFoot(fakeProfile({ capacity: { ...found, low: null }, slos }))[1]).toContain(
    "[? to 12.9, 95 %]",
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
  const reasons = Array.from({ length: 5 }, (_, i) => `0${i}-rate-4: ${"a long reason ".repeat(8)}`);
  const lines = profileFoot(fakeProfile({ validity: { verdict: "unfit", reasons } }));
  expect(tooWide(lines)).toEqual([]);
  expect(lines.at(-1)).toBe("  - and 2 more, in each level's summary.txt");
});
