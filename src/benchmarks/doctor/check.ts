/** What is looked at, in the order in which it is shown. */
export const checkIds = [
  "gpu",
  "nvml",
  "cuda",
  "rapl",
  "cpu",
  "governor",
  "clock",
  "memory",
  "open-files",
  "disk",
  "o-direct",
  "io-uring",
  "cloud",
  "endpoint",
  "hub",
] as const;

export type CheckId = (typeof checkIds)[number];

/** One thing that measuring depends on. */
export interface Check {
  id: CheckId;
  /** `ok`: nothing is the worse for it. `warn`: some figures will lack or be worse. `fail`: it was asked for, and is not there. */
  status: "ok" | "warn" | "fail";
  /** Whether it is there and as it should be, which is what --require asks for. */
  isThere: boolean;
  /** What was found, in one sentence without a full stop. */
  found: string;
  /** What to do about it; null where nothing has to be done. */
  advice: string | null;
}

export function ok(id: CheckId, found: string, advice: string | null = null): Check {
  return { id, status: "ok", isThere: true, found, advice };
}

/** Not there, and nothing is the worse for it. */
export function none(id: CheckId, found: string): Check {
  return { id, status: "ok", isThere: false, found, advice: null };
}

export function warn(id: CheckId, found: string, advice: string): Check {
  return { id, status: "warn", isThere: false, found, advice };
}

export function fail(id: CheckId, found: string, advice: string): Check {
  return { id, status: "fail", isThere: false, found, advice };
}

/** What the user names as needed has to be there. */
export function demand(checks: readonly Check[], required: readonly CheckId[]): Check[] {
  return checks.map((check) =>
    !check.isThere && required.includes(check.id) ? { ...check, status: "fail" } : check,
  );
}
