import { describe, expect, test } from "bun:test";
import type { Price } from "../../../results/prices/price-sheet.ts";
import { groupOf, unmeasured } from "../../../telemetry/energy/group.ts";
import type { EnergyMeter } from "../../../telemetry/energy/meter.ts";
import { record } from "../record.fake.ts";
import { parseSlos } from "../slo.ts";
import { countsOf, type WindowCounts } from "./counts.ts";
import { type EfficiencyContext, efficiencyOf, energySettings } from "./efficiency.ts";

const window = { startAt: 0, endAt: 10_000 };
const counts: WindowCounts = {
  durationS: 10,
  outputTokens: 5000,
  promptTokens: 15_000,
  requests: 50,
  goodOutputTokens: null,
};
const nothing: EfficiencyContext = { meter: null, hostWatts: null, gridGramsPerKwh: null, price: null };

function price(given: Partial<Price> = {}): Price {
  const unnamed = { name: "lab:1", region: null, date: "2026-11-09", source: "invoice", note: null };
  return { usdPerHour: 3.6, ...unnamed, ...given };
}

/** 300 W of GPU over idle 100 W; no RAPL. */
const meter: EnergyMeter = {
  idleS: 2,
  within: ({ fromMs, toMs }) => {
    const durationS = (toMs - fromMs) / 1000;
    const energy = { joules: 300 * durationS, standardErrorJ: 1, source: "power" };
    return {
      durationS,
      gpus: groupOf([{ name: "GPU 0", energy }], new Map([["GPU 0", 100]]), durationS),
      cpuPackages: unmeasured("permission: energy_uj is for root alone"),
      platform: null,
      host: null,
    };
  },
  stop() {},
};

describe("cost", () => {
  test("is the window's share of the hour, for tokens and requests", () => {
    // $3.60 an hour for 10 s: one cent.
    const { energy, cost } = efficiencyOf(window, counts, { ...nothing, price: price() });
    expect(energy).toBeNull();
    expect(cost!.usd).toBeCloseTo(0.01, 12);
    expect(cost!.usdPerMOutputTokens).toBeCloseTo(2, 9);
    expect(cost!.usdPerMTotalTokens).toBeCloseTo(0.5, 9);
    expect(cost!.usdPer1kRequests).toBeCloseTo(0.2, 9);
    expect(cost!.usdPerMGoodOutputTokens).toBeNull();
  });

  test("of no tokens is null", () => {
    const none = { ...counts, outputTokens: 0, promptTokens: 0, requests: 0, goodOutputTokens: 0 };
    expect(efficiencyOf(window, none, { ...nothing, price: price() }).cost).toEqual({
      usd: expect.closeTo(0.01, 12),
      usdPerMOutputTokens: null,
      usdPerMTotalTokens: null,
      usdPer1kRequests: null,
      usdPerMGoodOutputTokens: null,
    });
  });

  test("at the service level counts the tokens of good requests alone", () => {
    const good = efficiencyOf(window, { ...counts, goodOutputTokens: 2500 }, { ...nothing, price: price() });
    expect(good.cost!.usdPerMGoodOutputTokens).toBeCloseTo(4, 9);
  });
});

describe("energy", () => {
  test("for each token and request, in all and net, and as CO2", () => {
    const { energy, cost } = efficiencyOf(window, counts, { ...nothing, meter, gridGramsPerKwh: 360 });
    expect(cost).toBeNull();
    expect(energy!.gpus).toMatchObject({
      joules: 3000,
      netJoules: 2000,
      meanPowerW: 300,
      idlePowerW: 100,
      joulesPerOutputToken: 0.6,
      netJoulesPerOutputToken: 0.4,
      joulesPerRequest: 60,
      netJoulesPerRequest: 40,
      source: "power",
      reason: null,
    });
    expect(energy!.gpus!.co2Grams).toBeCloseTo(0.3, 9);
    expect(energy!.cpuPackages).toMatchObject({
      joules: null,
      joulesPerOutputToken: null,
      co2Grams: null,
      reason: "permission: energy_uj is for root alone",
    });
    expect(energy!.host).toBeNull();
  });

  test("without a grid's intensity there is no CO2; without tokens nothing for each", () => {
    const { energy } = efficiencyOf(window, { ...counts, outputTokens: 0 }, { ...nothing, meter });
    expect(energy!.gpus).toMatchObject({ joules: 3000, joulesPerOutputToken: null, co2Grams: null });
  });

  test("its settings are shown only where it was measured", () => {
    expect(energySettings(nothing)).toBeNull();
    expect(energySettings({ ...nothing, meter, hostWatts: 900 })).toEqual({
      idleS: 2,
      hostWatts: 900,
      gridGramsPerKwh: null,
    });
  });
});

describe("what a window brought", () => {
  const run = [
    // Began before the window, went on in it.
    record({ intendedAt: -100, sentAt: -100, firstTokenAt: -50, endAt: 60, promptTokens: 1, tokens: 9 }),
    record({ intendedAt: 100, sentAt: 100, firstTokenAt: 150, endAt: 160, tokens: 7 }),
    // Good or not is judged by its own latency, wherever it ends.
    record({ intendedAt: 9000, sentAt: 9000, firstTokenAt: 9900, endAt: 12_000, tokens: 5 }),
    record({
      intendedAt: 200,
      sentAt: 200,
      firstTokenAt: 250,
      endAt: 300,
      failure: { class: "reset", phase: "body", message: "" },
    }),
    record({ intendedAt: 300, sentAt: 300, firstTokenAt: null, endAt: 400, streamed: false, tokens: null }),
  ];
  const due = run.slice(1);
  // The first, the second and the last but one.
  const ended = 3;

  test("prompt tokens count where the prompt was read, by the server's count where there is one", () => {
    // Records 2 to 5, of 10 tokens each: the first one's prompt was read before the window.
    expect(countsOf(window, { run, due, ended, received: 21 }, null)).toEqual({
      durationS: 10,
      outputTokens: 21,
      promptTokens: 40,
      requests: 3,
      goodOutputTokens: null,
    });
  });

  test("good tokens are those of requests that were due in it, succeeded, and kept every limit", () => {
    const good = (slo: string) =>
      countsOf(window, { run, due, ended, received: 21 }, parseSlos(slo)).goodOutputTokens;
    expect(good("e2el=100ms")).toBe(7);
    expect(good("e2el=5s")).toBe(12);
    expect(good("e2el=1ms")).toBe(0);
  });
});
