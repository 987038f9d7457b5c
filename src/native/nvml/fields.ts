import { layouts } from "./layouts.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { failureOf, SUCCESS, type Value } from "./values.ts";

/** NVML_FI_DEV_*: figures that are asked for by number. These numbers never changed. */
export const fieldIds = {
  memoryTemperatureC: 82,
  nvlinkSpeedMbPerS: 90,
  powerInstantMw: 186,
} as const;

const { size, fields } = layouts.nvmlFieldValue_t;

/** nvmlValueType_t: how the 8 bytes of a value are meant. */
const VALUE_TYPES: readonly ((place: DataView, at: number) => number)[] = [
  (place, at) => place.getFloat64(at, true),
  (place, at) => place.getUint32(at, true),
  (place, at) => Number(place.getBigUint64(at, true)),
  (place, at) => Number(place.getBigUint64(at, true)),
  (place, at) => Number(place.getBigInt64(at, true)),
  (place, at) => place.getInt32(at, true),
  (place, at) => place.getUint16(at, true),
];

/** Several figures in one call, in the order of `ids`. */
export function readFields(nvml: Nvml, device: DeviceHandle, ids: readonly number[]): Value[] {
  const place = new DataView(new ArrayBuffer(size * ids.length));
  for (const [i, id] of ids.entries()) place.setUint32(i * size + fields.fieldId, id, true);
  const code = nvml.call("nvmlDeviceGetFieldValues", device, ids.length, place);
  return ids.map((_, i) => {
    if (code !== SUCCESS) return failureOf(code);
    const fieldCode = place.getUint32(i * size + fields.nvmlReturn, true);
    if (fieldCode !== SUCCESS) return failureOf(fieldCode);
    const read = VALUE_TYPES[place.getUint32(i * size + fields.valueType, true)];
    return read === undefined ? "unsupported" : read(place, i * size + fields.value);
  });
}
