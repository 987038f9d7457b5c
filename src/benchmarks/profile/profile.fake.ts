import type { Profile } from "./profile-shape.ts";

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
