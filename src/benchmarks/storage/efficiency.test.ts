import { expect, test } from "bun:test";
import { groupOf, unmeasured } from "../../telemetry/energy/group.ts";
import type { EnergyMeter } from "../../telemetry/energy/meter.ts";
import { efficiencyOf, noEfficiency } from "./efficiency.ts";

/** 10 s, 4000 samples. */
const measured = { startAt: 1000, endAt: 11_000, samples: 4000 };
const price = { usdPerHour: 3.6, name: null, region: null, date: null, source: "test", note: null };
/** A GPU of 300 W, 100 W at idle, whatever the span. */
const meter: EnergyMeter = {
  idleS: 2,
  within({ fromMs, toMs }) {
    const durationS = (toMs - fromMs) / 1000;
    const energy = { joules: 300 * durationS, standardErrorJ: 1, source: "power" };
    const gpus = groupOf([{ name: "GPU 0", energy }], new Map([["GPU 0", 100]]), durationS);
    return { durationS, gpus, cpuPackages: unmeasured("no RAPL"), platform: null, host: null };
  },
  stop() {},
};

test("nothing unless it is asked for", () => {
  expect(efficiencyOf(measured, noEfficiency)).toEqual({ energy: null, cost: null });
  const asked = { ...noEfficiency, meter, price };
  expect(efficiencyOf({ ...measured, startAt: null }, asked)).toEqual({ energy: null, cost: null });
});

test("energy for each sample and token, in all and net of idle", () => {
  const context = { ...noEfficiency, meter, gridGramsPerKwh: 360, tokensPerSample: 10 };
  const { energy, cost } = efficiencyOf(measured, context);
  expect(cost).toBeNull();
  expect(energy).toMatchObject({ idleS: 2, platform: null, host: null });
  expect(energy!.gpus).toMatchObject({
    joules: 3000,
    netJoules: 2000,
    joulesPerSample: 0.75,
    netJoulesPerSample: 0.5,
    joulesPerToken: 0.075,
    netJoulesPerToken: 0.05,
    co2Grams: expect.closeTo(0.3, 9),
  });
  expect(energy!.cpuPackages).toMatchObject({ joules: null, joulesPerSample: null, reason: "no RAPL" });
});

test("cost for each sample, and for each token where a sample has some", () => {
  const { cost } = efficiencyOf(measured, { ...noEfficiency, price });
  expect(cost).toEqual({ usd: 0.01, usdPerSample: 0.01 / 4000, usdPerMTokens: null });
  const withTokens = efficiencyOf(measured, { ...noEfficiency, price, tokensPerSample: 1000 });
  expect(withTokens.cost!.usdPerMTokens).toBeCloseTo(0.0025, 12);
});
