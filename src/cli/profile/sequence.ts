import { type CapacityResult, findCapacity } from "../../benchmarks/profile/capacity/search.ts";
import { type IdleCheck, isGone } from "../../benchmarks/profile/idle.ts";
import type { IdleProbe } from "../../benchmarks/profile/idle-probe.ts";
import { type Level, type LevelLoad, type LevelRole, makeLevel } from "../../benchmarks/profile/level.ts";
import { hasGoodTrial, LONE_REQUESTS, loneLevel, lostAlone } from "../../benchmarks/profile/lone-requests.ts";
import type { LevelResult } from "../../benchmarks/profile/profile-shape.ts";
import { keptResult } from "../../benchmarks/profile/resume.ts";
import { searchRange } from "../../benchmarks/profile/search-range.ts";
import { searchSize } from "../../benchmarks/profile/search-size.ts";
import { GONE_AFTER_MS, lostRequests, withServerGone } from "../../benchmarks/profile/server-gone.ts";
import { nextLoad, type SweptLevel } from "../../benchmarks/profile/sweep.ts";
import type { Slo } from "../../benchmarks/serving/slo.ts";
import { ToolError } from "../../core/errors.ts";
import { interruptedEarly } from "../../core/signals.ts";
import { countDown } from "../ui/countdown.ts";
import { withSpinner } from "../ui/spinner.ts";
import type { ProfileConfig } from "./config.ts";
import type { ProfileValues } from "./level-values.ts";

export interface SequenceDeps {
  values: ProfileValues;
  config: ProfileConfig;
  /** Results of an earlier start. */
  saved: readonly LevelResult[];
  probe: Pick<IdleProbe, "untilIdle" | "isGone">;
  /** Asked before the first level that is run. @returns the idle server's TTFT, ms; null: nobody looks whether it is idle */
  baseline(): Promise<number | null>;
  interrupt: AbortSignal;
  run(level: Level, idle: IdleCheck | null): Promise<LevelResult>;
  /** Told of each level that is over, or kept. */
  onLevel(result: LevelResult, isKept: boolean): void;
}

/** What is searched for, and how long. */
export interface CapacitySearch {
  share: number;
  slos: readonly Slo[];
  /** That the search may send; undefined: as the server's speed has it. */
  maxRequests: number | undefined;
  /** How long it may send, in s. */
  maxS: number;
  /** Told how long it will send, about, before it does. */
  onSearch(expectedS: number): void;
}

/** What a search found; where it was stopped, by then. */
export interface SearchEnd {
  found: CapacityResult;
  /** INTERRUPTED, or SERVER_GONE; null: it came to its end. */
  stoppedBy: ToolError | null;
}

/** Runs levels one after the other, and keeps those of an earlier start. */
export class Sequence {
  readonly levels: LevelResult[] = [];
  readonly #deps: SequenceDeps;
  #hasRun = false;
  #baselineTtftMs: number | null = null;

  constructor(deps: SequenceDeps) {
    this.#deps = deps;
  }

  /** Runs what the sweep asks for. @throws ToolError, INTERRUPTED where it was interrupted */
  async sweep(): Promise<void> {
    for (;;) {
      const next = nextLoad(this.#deps.config.sweep, this.levels.map(swept));
      if (next === null) return;
      await this.#step(next.role, next.load);
    }
  }

  /**
   * Searches for the capacity, from what the sweep found.
   * @throws ToolError, INTERRUPTED or SERVER_GONE where it was stopped before its first trial
   */
  async capacity({ share, slos, maxRequests, maxS, onSearch }: CapacitySearch): Promise<SearchEnd> {
    const known = this.levels.flatMap(({ trial }) => trial ?? []);
    if (!hasGoodTrial(share, this.levels)) {
      const lost = lostAlone(await this.#alone(), share);
      if (lost !== null) return { found: { ...lost, trials: known }, stoppedBy: null };
    }
    const figures = this.levels.flatMap((level) => level.figures ?? []);
    const throughputs = figures.map(({ requestThroughputPerS }) => requestThroughputPerS);
    const range = searchRange(share, known, throughputs);
    if (range === null) {
      const reason = "no level of the sweep has a figure to begin with";
      const none = { ratePerS: null, low: null, high: null };
      return { found: { ...none, share, confidence: 0.95, trials: [], reason }, stoppedBy: null };
    }
    let stoppedBy: ToolError | null = null;
    const measure = async (ratePerS: number, requests: number) => {
      try {
        const { trial } = await this.#step("capacity", { kind: "rate", ratePerS }, requests);
        return trial!;
      } catch (error) {
        if (!isEnd(error)) throw error;
        stoppedBy = error;
        return null;
      }
    };
    const size = searchSize(slos, figures, maxRequests);
    onSearch(Math.min(maxS, size.maxRequests / range.startRatePerS));
    const found = await findCapacity(measure, { share, known, ...range, ...size, maxS });
    return { found, stoppedBy };
  }

  /** A level whose requests meet no others: the sweep's, else a short one of the search. */
  async #alone(): Promise<LevelResult> {
    return (
      loneLevel(this.levels) ?? (await this.#step("capacity", { kind: "users", users: 1 }, LONE_REQUESTS))
    );
  }

  async #step(role: LevelRole, load: LevelLoad, requests?: number): Promise<LevelResult> {
    const { config, saved, run, onLevel, interrupt } = this.#deps;
    const level = makeLevel(this.levels.length + 1, role, load, config.limits, requests);
    const kept = keptResult(level, saved);
    const ran = kept ?? (await run(level, await this.#between()));
    const lost = kept === null ? await this.#lostServer(ran) : null;
    const result = lost === null ? ran : withServerGone(ran);
    this.levels.push(result);
    onLevel(result, kept !== null);
    if (lost !== null)
      throw serverGone(
        `the server went away in ${level.name}: requests found none, or lost it (${lost}), and a small one found none for ${GONE_AFTER_MS / 1000} s afterwards`,
      );
    if (kept === null && (result.status === "interrupted" || interrupt.aborted)) throw interruptedBetween();
    return result;
  }

  /** Whether a level's requests found no server, and one at a time does not either: how many they were; null: it is there. */
  async #lostServer(level: LevelResult): Promise<string | null> {
    const { probe, interrupt } = this.#deps;
    const lost = lostRequests(level);
    if (lost === null || interrupt.aborted) return null;
    const looking = withSpinner("looking for the server", probe.isGone(GONE_AFTER_MS, interrupt));
    return (await looking) ? lost : null;
  }

  /** What is done before a level that follows another. */
  async #between(): Promise<IdleCheck | null> {
    const { values, interrupt } = this.#deps;
    const isFirst = !this.#hasRun;
    this.#hasRun = true;
    if (interrupt.aborted) throw interruptedBetween();
    if (isFirst) {
      this.#baselineTtftMs = await this.#deps.baseline();
      if (interrupt.aborted) throw interruptedBetween();
      return null;
    }
    if (values.sleepTime > 0) await countDown("pause before the next level", values.sleepTime, interrupt);
    if (interrupt.aborted) throw interruptedBetween();
    const baseline = this.#baselineTtftMs;
    if (baseline === null) return null;
    const waiting = this.#deps.probe.untilIdle(baseline, values.idleTimeout, interrupt);
    const check = await withSpinner("waiting for the server to be idle", waiting);
    if (interrupt.aborted) throw interruptedBetween();
    if (!isGone(check)) return check;
    throw serverGone(
      `the server no longer answers a single small request, ${Math.round(check.waitedMs / 1000)} s after the last level`,
    );
  }
}

function serverGone(message: string): ToolError {
  const hint = "The levels until now are kept: --resume goes on with them once it answers again.";
  return new ToolError("SERVER_GONE", message, { hint });
}

/** Whether the profile ends by this, with what was measured until then. */
export function isEnd(error: unknown): error is ToolError {
  return error instanceof ToolError && (error.code === "INTERRUPTED" || error.code === "SERVER_GONE");
}

/** Ctrl-C came after some level, or before the first. */
export function interruptedBetween(): ToolError {
  return interruptedEarly("the next level");
}

function swept({ role, load, saturated, figures, backlog }: LevelResult): SweptLevel {
  return {
    role,
    load,
    saturated,
    throughputPerS: figures?.requestThroughputPerS ?? null,
    backlog,
  };
}
