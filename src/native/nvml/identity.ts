import { layouts } from "./layouts.ts";
import { type DeviceHandle, type Nvml, textAt } from "./nvml.ts";
import { failureOf, mapValue, SUCCESS, type Value } from "./values.ts";

export interface Identity {
  name: Value<string>;
  uuid: Value<string>;
  /** `00000000:04:00.0` */
  pciBusId: Value<string>;
  architecture: Value<string>;
}

/** NVML_DEVICE_NAME_V2_BUFFER_SIZE, NVML_DEVICE_UUID_V2_BUFFER_SIZE. */
const NAME_SIZE = 96;
const UUID_SIZE = 96;
/** NVML_DEVICE_PCI_BUS_ID_BUFFER_SIZE. */
const BUS_ID_SIZE = 32;

/** NVML_DEVICE_ARCH_*: 10 is the last that nvml.h 13 names for a server's GPU. */
const ARCHITECTURES: Readonly<Record<number, string>> = {
  2: "Kepler",
  3: "Maxwell",
  4: "Pascal",
  5: "Volta",
  6: "Turing",
  7: "Ampere",
  8: "Ada",
  9: "Hopper",
  10: "Blackwell",
};

export function readName(nvml: Nvml, device: DeviceHandle): Value<string> {
  return nvml.text("nvmlDeviceGetName", NAME_SIZE, device);
}

export function readUuid(nvml: Nvml, device: DeviceHandle): Value<string> {
  return nvml.text("nvmlDeviceGetUUID", UUID_SIZE, device);
}

export function readIdentity(nvml: Nvml, device: DeviceHandle): Identity {
  return {
    name: readName(nvml, device),
    uuid: readUuid(nvml, device),
    pciBusId: readBusId(nvml, device),
    architecture: mapValue(
      nvml.u32("nvmlDeviceGetArchitecture", device),
      (number) => ARCHITECTURES[number] ?? `architecture ${number}`,
    ),
  };
}

function readBusId(nvml: Nvml, device: DeviceHandle): Value<string> {
  const { size, fields } = layouts.nvmlPciInfo_t;
  const info = new Uint8Array(size);
  const code = nvml.call("nvmlDeviceGetPciInfo_v3", device, info);
  return code === SUCCESS ? textAt(info, fields.busId, BUS_ID_SIZE) : failureOf(code);
}
