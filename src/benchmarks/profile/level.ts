import { rngFor } from "../../core/rng.ts";

/** How a level's requests are sent. */
export type LevelLoad =
  /** Open loop. */
  | { kind: "rate"; ratePerS: number }
  /** Open loop, every request due at the start. */
  | { kind: "all-at-once" }
  /** Closed loop. */
  | { kind: "users"; users: number };

/** Why a level is run: named by the user, or chosen by `--auto` or by the capacity search. */
export type LevelRole = "listed" | "one-at-a-time" | "full-throughput" | "spread" | "knee" | "capacity";

/** One run of a profile, as planned. */
export interface Level {
  /** From 1, in the order of running. */
  number: number;
  /** The name of its directory: `03-rate-4`. */
  name: string;
  role: LevelRole;
  load: LevelLoad;
  /** Sending stops after so many requests; null: by time alone. */
  requests: number | null;
  /** Sending stops after this; null: by requests alone, or where `--until` says so. */
  durationMs: number | null;
  /** Of its send times, so that levels of one rate are independent samples. */
  arrivalSeed: number;
}

/** What is the same for all levels. */
export interface LevelLimits {
  seed: number;
  /** How long requests are sent; null: `--until` says when a level ends. */
  durationMs: number | null;
  /** `--num-prompts`; null: as many as the rate and the duration make. */
  requests: number | null;
  /** Of a level that sends all at once. */
  allAtOnce: number;
}

/** `4 req/s`, `16 users`, `all at once`: in 11 columns. */
export function loadLabel(load: LevelLoad): string {
  switch (load.kind) {
    case "rate":
      return `${shortRate(load.ratePerS)} req/s`;
    case "users":
      return load.users === 1 ? "1 user" : `${load.users} users`;
    case "all-at-once":
      return "all at once";
  }
}

/** As a person would type it: `4`, `0.333`, `1234`. */
function shortRate(perS: number): number {
  return perS >= 100 ? Math.round(perS) : Number(perS.toPrecision(3));
}

/**
 * The level of this number and load. At a rate it sends floor(rate × duration) requests, as seed 004's script does, and at least one.
 * @param requests in place of what the limits say
 */
export function makeLevel(
  number: number,
  role: LevelRole,
  load: LevelLoad,
  limits: LevelLimits,
  requests = requestsOf(load, limits),
): Level {
  const isTimed = load.kind === "users" || (load.kind === "rate" && requests === null);
  return {
    number,
    name: `${String(number).padStart(2, "0")}-${nameOf(load)}`,
    role,
    load,
    requests,
    durationMs: isTimed ? limits.durationMs : null,
    arrivalSeed: derived(limits.seed, "level", number),
  };
}

function requestsOf(load: LevelLoad, { requests, durationMs, allAtOnce }: LevelLimits): number | null {
  if (load.kind === "all-at-once") return requests ?? allAtOnce;
  if (requests !== null || load.kind === "users" || durationMs === null) return requests;
  return Math.max(1, Math.floor((load.ratePerS * durationMs) / 1000));
}

function nameOf(load: LevelLoad): string {
  switch (load.kind) {
    case "rate":
      return `rate-${Number(load.ratePerS.toPrecision(6))}`;
    case "users":
      return `users-${load.users}`;
    case "all-at-once":
      return "all-at-once";
  }
}

/** What the name of a level's directory says of it; null where it is none. The rate has six digits. */
export function levelOfName(name: string): Pick<Level, "number" | "name" | "load"> | null {
  const match = /^(\d{2,})-(?:rate-([\d.e+-]+)|users-(\d+)|(all-at-once))$/.exec(name);
  if (match === null) return null;
  const [, number, rate, users] = match;
  const load: LevelLoad =
    rate !== undefined
      ? { kind: "rate", ratePerS: Number(rate) }
      : users !== undefined
        ? { kind: "users", users: Number(users) }
        : { kind: "all-at-once" };
  return load.kind === "rate" && !(load.ratePerS > 0) ? null : { number: Number(number), name, load };
}

/** A seed for one level out of the profile's. */
export function derived(seed: number, purpose: string, level: number): number {
  return rngFor(seed, `profile ${purpose}`, level).below(2 ** 32);
}
