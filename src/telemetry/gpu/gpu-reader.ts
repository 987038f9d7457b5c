import { readClockEvents } from "../../native/nvml/clock-events.ts";
import { readMemoryClock, readSmClock } from "../../native/nvml/clocks.ts";
import { readMemory } from "../../native/nvml/memory.ts";
import type { DeviceHandle, Nvml } from "../../native/nvml/nvml.ts";
import { readEnergy, readPowerDraw, readPowerInstant } from "../../native/nvml/power.ts";
import { readMemoryTemperature, readTemperature } from "../../native/nvml/thermal.ts";
import { readUtilization } from "../../native/nvml/utilization.ts";
import { isFailure, isFinal, isKnown, mapValue, returnCode, type Value } from "../../native/nvml/values.ts";
import { type FigureKey, figureIndex, figureKeys } from "./figures.ts";
import { NOT_OFFERED, type SampleRing } from "./ring.ts";

const BYTES_PER_MIB = 1024 ** 2;
/** The driver renews these each 100 ms (a little less here, so that rounds of 100 ms miss none) … */
const RENEWED_MS = 90;
/** … and asking costs milliseconds on some, so that it may take this share of the time at most. */
const SHARE = 0.01;

type Reading = Partial<Record<FigureKey, Value>>;

/** Reads a GPU, or a part of one, again and again, into one row. */
export class GpuReader {
  /** Of the last reading; NaN where there is none. */
  readonly row = new Float64Array(figureKeys.length);
  readonly #nvml: Nvml;
  readonly #handle: DeviceHandle;
  readonly #isPart: boolean;
  readonly #ring: SampleRing;
  readonly #now: () => number;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #renewalMs = 0;

  /** @param isPart a MIG device, which has memory of its own and nothing else */
  constructor(nvml: Nvml, handle: DeviceHandle, isPart: boolean, ring: SampleRing, now: () => number) {
    this.#nvml = nvml;
    this.#handle = handle;
    this.#isPart = isPart;
    this.#ring = ring;
    this.#now = now;
    for (const key of figureKeys) this.#ring.setStatus(figureIndex(key), NOT_OFFERED);
  }

  /**
   * Reads into `row`.
   * @param isWhole whether what is renewed seldom is read whatever it costs: at the ends of what is measured
   * @returns why no later reading can succeed (`GPU_IS_LOST`), or null
   */
  read(isWhole: boolean): string | null {
    this.row.fill(Number.NaN);
    const lost = this.#put(this.#readMemory());
    if (this.#isPart || lost !== null) return lost;
    return this.#put(this.#readEachTime()) ?? (isWhole || this.#isDue() ? this.#renew() : null);
  }

  /** Notes a figure that another thread read. */
  putPcie(reading: { txKbPerS: number; rxKbPerS: number }): void {
    const value = (number: number): Value => (Number.isNaN(number) ? "unsupported" : number);
    this.#put({ pcieTxKbPerS: value(reading.txKbPerS), pcieRxKbPerS: value(reading.rxKbPerS) });
  }

  #readMemory(): Reading {
    const { usedBytes, totalBytes } = readMemory(this.#nvml, this.#handle);
    const toMib = (bytes: number) => bytes / BYTES_PER_MIB;
    return { memoryUsedMib: mapValue(usedBytes, toMib), memoryTotalMib: mapValue(totalBytes, toMib) };
  }

  #readEachTime(): Reading {
    const [nvml, handle] = [this.#nvml, this.#handle];
    const { gpuPercent, memoryPercent } = readUtilization(nvml, handle);
    return {
      utilizationPercent: gpuPercent,
      memoryUtilizationPercent: memoryPercent,
      powerW: readPowerDraw(nvml, handle),
      powerInstantW: readPowerInstant(nvml, handle),
      temperatureC: readTemperature(nvml, handle),
      smClockMhz: readSmClock(nvml, handle),
      memoryClockMhz: readMemoryClock(nvml, handle),
      clockEvents: readClockEvents(nvml, handle),
    };
  }

  #isDue(): boolean {
    return this.#now() - this.#renewedAtMs >= Math.max(RENEWED_MS, this.#renewalMs / SHARE);
  }

  #renew(): string | null {
    this.#renewedAtMs = this.#now();
    const lost = this.#put({
      energyJ: readEnergy(this.#nvml, this.#handle),
      memoryTemperatureC: readMemoryTemperature(this.#nvml, this.#handle),
    });
    this.#renewalMs = this.#now() - this.#renewedAtMs;
    return lost;
  }

  /** @returns the name of the error after which nothing can follow, or null */
  #put(reading: Reading): string | null {
    let lost: string | null = null;
    for (const [key, value] of Object.entries(reading) as [FigureKey, Value][]) {
      const figure = figureIndex(key);
      if (isKnown(value)) this.row[figure] = value;
      this.#ring.setStatus(figure, statusOf(value));
      if (isFinal(value)) lost ??= value.error;
    }
    return lost;
  }
}

function statusOf(value: Value): number {
  if (isFailure(value)) return value.code;
  return isKnown(value) ? 0 : returnCode("NOT_SUPPORTED");
}
