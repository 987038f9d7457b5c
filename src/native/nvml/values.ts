/** nvmlReturn_t, as nvml.h 12 and 13 number it. */
const RETURN_NAMES = [
  "SUCCESS",
  "UNINITIALIZED",
  "INVALID_ARGUMENT",
  "NOT_SUPPORTED",
  "NO_PERMISSION",
  "ALREADY_INITIALIZED",
  "NOT_FOUND",
  "INSUFFICIENT_SIZE",
  "INSUFFICIENT_POWER",
  "DRIVER_NOT_LOADED",
  "TIMEOUT",
  "IRQ_ISSUE",
  "LIBRARY_NOT_FOUND",
  "FUNCTION_NOT_FOUND",
  "CORRUPTED_INFOROM",
  "GPU_IS_LOST",
  "RESET_REQUIRED",
  "OPERATING_SYSTEM",
  "LIB_RM_VERSION_MISMATCH",
  "IN_USE",
  "MEMORY",
  "NO_DATA",
  "VGPU_ECC_NOT_SUPPORTED",
  "INSUFFICIENT_RESOURCES",
  "FREQ_NOT_SUPPORTED",
  "ARGUMENT_VERSION_MISMATCH",
  "DEPRECATED",
  "NOT_READY",
  "GPU_NOT_FOUND",
  "INVALID_STATE",
  "RESET_TYPE_NOT_SUPPORTED",
] as const;

export type ReturnName = (typeof RETURN_NAMES)[number];

/** The number of a return code. */
export function returnCode(name: ReturnName): number {
  return RETURN_NAMES.indexOf(name);
}

export const SUCCESS = returnCode("SUCCESS");

/** Why the driver gave no value; `error` is NVML's name for it. */
export interface NvmlFailure {
  readonly error: string;
  readonly code: number;
}

/** What the driver gave, or why there is nothing: this GPU or driver has no such figure, or asking for it failed. Never a made-up 0. */
export type Value<T = number> = T | "unsupported" | NvmlFailure;

const UNSUPPORTED: readonly number[] = [returnCode("NOT_SUPPORTED"), returnCode("FUNCTION_NOT_FOUND")];

/** After these no later call for this GPU can succeed. */
const FINAL: readonly number[] = (
  [
    "UNINITIALIZED",
    "DRIVER_NOT_LOADED",
    "GPU_IS_LOST",
    "RESET_REQUIRED",
    "OPERATING_SYSTEM",
    "LIB_RM_VERSION_MISMATCH",
    "GPU_NOT_FOUND",
  ] as const
).map(returnCode);

/** NVML's name of a return code, `UNKNOWN` for 999, the number itself for one that is newer than this table. */
export function returnName(code: number): string {
  return RETURN_NAMES[code] ?? (code === 999 ? "UNKNOWN" : String(code));
}

const failures = new Map<number, NvmlFailure>();

/** What a return code other than SUCCESS stands for; the same object each time. */
export function failureOf(code: number): "unsupported" | NvmlFailure {
  if (UNSUPPORTED.includes(code)) return "unsupported";
  let failure = failures.get(code);
  if (failure === undefined) {
    failure = Object.freeze({ error: returnName(code), code });
    failures.set(code, failure);
  }
  return failure;
}

/** Whether the driver gave a value. */
export function isKnown<T>(value: Value<T>): value is T {
  return value !== "unsupported" && !isFailure(value);
}

export function isFailure(value: unknown): value is NvmlFailure {
  return typeof value === "object" && value !== null && "error" in value && "code" in value;
}

/** Whether the GPU is gone for good, as far as this process can see. */
export function isFinal(value: unknown): value is NvmlFailure {
  return isFailure(value) && FINAL.includes(value.code);
}

/** The same in another unit or form; what is no value stays what it is. */
export function mapValue<T, U>(value: Value<T>, change: (known: T) => Value<U>): Value<U> {
  return isKnown(value) ? change(value) : (value as "unsupported" | NvmlFailure);
}

/** The value, or null. */
export function orNull<T>(value: Value<T>): T | null {
  return isKnown(value) ? value : null;
}
