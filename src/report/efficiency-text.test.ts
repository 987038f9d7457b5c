import { expect, test } from "bun:test";
import type { PartEnergy } from "../benchmarks/serving/efficiency/shape.ts";
import type { ServingSummary, WindowSummary } from "../benchmarks/serving/summary-shape.ts";
import { efficiencyLines } from "./efficiency-text.ts";

const part: PartEnergy = {
  joules: 12_345,
  standardErrorJ: 12.3,
  netJoules: 9876,
  meanPowerW: 411.5,
  idlePowerW: 70.12,
  joulesPerOutputToken: 1.234,
  netJoulesPerOutputToken: 0.9876,
  joulesPerRequest: 123.4,
  netJoulesPerRequest: 98.7,
  co2Grams: 1.2345,
  source: "counter (NVML)",
  reason: null,
  devices: [],
};
const absent: PartEnergy = {
  ...part,
  joules: null,
  standardErrorJ: null,
  netJoules: null,
  meanPowerW: null,
  idlePowerW: null,
  joulesPerOutputToken: null,
  netJoulesPerOutputToken: null,
  joulesPerRequest: null,
  netJoulesPerRequest: null,
  co2Grams: null,
  source: null,
  reason: "permission: /sys/class/powercap/intel-rapl:0/energy_uj is for root alone",
};
const cost = {
  usd: 0.0305,
  usdPerMOutputTokens: 3.0497,
  usdPerMTotalTokens: 0.7624,
  usdPer1kRequests: 0.000_123_4,
  usdPerMGoodOutputTokens: 4.5,
};
const price = {
  usdPerHour: 10.9791,
  name: "gce:a3-highgpu-1g",
  region: "us-central1",
  date: "2026-09-26",
  source: "https://example.org/a/rather/long/address/of/prices/that/does/not/fit",
  note: null,
};

/** The parts of a summary that the text looks at. */
function summary(window: Partial<WindowSummary>, rest: Partial<ServingSummary>): ServingSummary {
  const whole = { energy: null, cost: null, ...window };
  return { whole, steady: null, energy: null, price: null, ...rest } as ServingSummary;
}

test("nothing where neither was asked for", () => {
  expect(efficiencyLines(summary({}, {}))).toEqual([]);
});

test("energy, cost and how they are known, in 80 columns", () => {
  const window = { energy: { gpus: part, cpuPackages: absent, platform: null, host: null }, cost };
  const energy = { idleS: 2, hostWatts: null, gridGramsPerKwh: 380 };
  const lines = efficiencyLines(
    summary(window, { energy, price, steady: { ...window } as unknown as WindowSummary }),
  );
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.join("\n")).toBe(`
Energy and cost                         whole run  steady window
GPU energy                                12.3 kJ        12.3 kJ
  net of idle                             9.88 kJ        9.88 kJ
  mean power                                412 W          412 W
  per output token                         1.23 J         1.23 J
  per output token, net                   0.988 J        0.988 J
  per request                               123 J          123 J
  CO2                                      1.23 g         1.23 g
Cost at $10.98/h                          $0.0305        $0.0305
  per million output tokens                 $3.05          $3.05
  per million tokens in and out            $0.762         $0.762
  per thousand requests                 $0.000123      $0.000123
  per million output tokens at the SLO      $4.50          $4.50
GPU energy: by counter (NVML) · idle 70.1 W · standard error 12.3 J
CPU package energy: not measured (permission:
  /sys/class/powercap/intel-rapl:0/energy_uj is for root alone)
CO2: at 380 g/kWh
Price: gce:a3-highgpu-1g in us-central1, read on 2026-09-26 (example.org)`);
});

test("what was not measured has no row, and no 0", () => {
  const window = { energy: { gpus: absent, cpuPackages: absent, platform: null, host: null } };
  const energy = { idleS: null, hostWatts: null, gridGramsPerKwh: null };
  const text = efficiencyLines(summary(window, { energy })).join("\n");
  expect(text).not.toContain("per output token");
  expect(text).toContain("GPU energy: not measured (permission:");
});
