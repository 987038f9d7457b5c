import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeZone } from "./rapl.fake.ts";
import { findRapl } from "./rapl.ts";
import { RaplMeter } from "./rapl-meter.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-rapl-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let trees = 0;
let root = "";
beforeEach(() => {
  root = join(folder, `root${trees++}`);
  mkdirSync(root);
});

/** A clock that stands where it is put. */
const clock = { at: 0, now: () => clock.at, toUnixMs: (atMs: number) => atMs };

function meterOf(): RaplMeter {
  const found = findRapl(root);
  if (!found.ok) throw new Error(found.reason);
  return new RaplMeter(found.zones, clock);
}

describe("zones", () => {
  test("packages and the platform, but no parts of them and no second way to the same meter", () => {
    fakeZone(root, "intel-rapl:0", "package-0", 1);
    fakeZone(root, "intel-rapl:0:0", "core", 1);
    fakeZone(root, "intel-rapl:1", "package-1-die-0", 1);
    fakeZone(root, "intel-rapl:1:0", "dram", 1);
    fakeZone(root, "intel-rapl:2", "psys", 1);
    fakeZone(root, "intel-rapl-mmio:0", "package-0", 1);
    mkdirSync(join(root, "sys/class/powercap/dtpm"));
    const found = findRapl(root);
    expect(found.ok && found.zones.map(({ name, kind }) => [name, kind])).toEqual([
      ["package-0", "package"],
      ["package-1-die-0", "package"],
      ["psys", "platform"],
    ]);
  });

  test("none: a virtual machine", () => {
    expect(findRapl(root)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("no CPU energy counter"),
    });
  });

  test("for root alone", () => {
    fakeZone(root, "intel-rapl:0", "package-0", 1);
    const deny = () => {
      throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    };
    expect(findRapl(root, deny)).toEqual({
      ok: false,
      reason: `permission: ${join(root, "sys/class/powercap/intel-rapl:0/energy_uj")} is for root alone`,
      advice: "Run as root, or: sudo chmod o+r /sys/class/powercap/intel-rapl:*/energy_uj",
    });
  });

  test("that cannot be read for another reason", () => {
    fakeZone(root, "intel-rapl:0", "package-0", 1);
    rmSync(join(root, "sys/class/powercap/intel-rapl:0/energy_uj"));
    expect(findRapl(root)).toMatchObject({ ok: false, reason: expect.stringContaining("ENOENT") });
  });
});

describe("counters", () => {
  test("that begin anew at their range go on counting", () => {
    const set = fakeZone(root, "intel-rapl:0", "package-0", 900e6, 1000e6);
    clock.at = 0;
    const meter = meterOf();
    for (const [atMs, uj] of [
      [0, 900e6],
      [1000, 990e6],
      [2000, 80e6],
      [3000, 170e6],
    ] as const) {
      clock.at = atMs;
      set(uj);
      meter.read();
    }
    const [energy] = meter.within({ fromMs: 500, toMs: 2500 }, "package");
    expect(energy).toMatchObject({
      name: "package-0",
      energy: { joules: 180, source: "counter (RAPL)", standardErrorJ: expect.any(Number) },
    });
  });

  test("one that can no longer be read does not cover what follows", () => {
    const set = fakeZone(root, "intel-rapl:0", "package-0", 0);
    clock.at = 0;
    const meter = meterOf();
    meter.read();
    set(50e6);
    clock.at = 1000;
    meter.read();
    rmSync(join(root, "sys/class/powercap/intel-rapl:0/energy_uj"));
    clock.at = 10_000;
    meter.read();
    expect(meter.within({ fromMs: 0, toMs: 1000 }, "package")[0]!.energy).toMatchObject({ joules: 50 });
    expect(meter.within({ fromMs: 0, toMs: 10_000 }, "package")[0]!.energy).toEqual({
      joules: null,
      reason: "readings cover 1.0 of 10.0 s",
    });
  });
});
