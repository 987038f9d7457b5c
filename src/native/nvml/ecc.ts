import type { DeviceHandle, Nvml } from "./nvml.ts";
import { mapValue, type Value } from "./values.ts";

export interface Ecc {
  enabled: Value<boolean>;
  /** Since the driver was loaded. */
  volatileCorrected: Value;
  volatileUncorrected: Value;
  /** Over the card's life. */
  aggregateCorrected: Value;
  aggregateUncorrected: Value;
}

/** nvmlMemoryErrorType_t. */
const CORRECTED = 0;
const UNCORRECTED = 1;
/** nvmlEccCounterType_t. */
const VOLATILE = 0;
const AGGREGATE = 1;

export function readEcc(nvml: Nvml, device: DeviceHandle): Ecc {
  const count = (kind: number, since: number) => nvml.u64("nvmlDeviceGetTotalEccErrors", device, kind, since);
  return {
    enabled: mapValue(nvml.u32Pair("nvmlDeviceGetEccMode", device), ([current]) => current === 1),
    volatileCorrected: count(CORRECTED, VOLATILE),
    volatileUncorrected: count(UNCORRECTED, VOLATILE),
    aggregateCorrected: count(CORRECTED, AGGREGATE),
    aggregateUncorrected: count(UNCORRECTED, AGGREGATE),
  };
}
