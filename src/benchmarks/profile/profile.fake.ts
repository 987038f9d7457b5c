import type { Profile } from "./profile-shape.ts";

type Capacity = NonNullable<Profile["capacity"]>;

/** A finished profile. */
export function fakeProfile(given: Partial<Profile> = {}, run: Partial<Profile["run"]> = {}): Profile {
  return {
    schemaVersion: 1,
    benchmark: "profile",
    run: {
      tool: "inferbench",
      version: "dev",
      runName: "curve",
      status: "complete",
      cutBy: null,
      failure: null,
      startedAt: "2026-11-23T08:38:33.000Z",
      endpoint: "http://127.0.0.1:8000/v1/completions",
      backend: "openai-completions",
      model: "mock-model",
      seed: 0,
      ...run,
    },
    plan: {},
    validity: { verdict: "fit", reasons: [] },
    slos: null,
    levels: [],
    capacity: null,
    ...given,
  };
}

/** A profile that found its capacity, of a rate, below a limit of TTFT. */
export function fakeFound(
  runName: string,
  ratePerS: number,
  { limitMs = 500, ...more }: Partial<Profile> & { limitMs?: number; at?: Capacity["at"] } = {},
): Profile {
  const { at = null, ...given } = more;
  const capacity: Capacity = {
    ratePerS,
    low: ratePerS - 1,
    high: ratePerS + 1,
    share: 0.95,
    confidence: 0.95,
    trials: [],
    reason: null,
    at,
  };
  const slos: Profile["slos"] = { slos: [{ name: "ttft", limitMs }], share: null };
  return fakeProfile({ ...given, capacity, slos }, { runName });
}
