import { assertNever } from "../../core/errors.ts";
import { rngFor } from "../../core/rng.ts";
import type { Stall } from "../engine/engine.ts";
import type { Fault, FaultRule, RefusalStatus, Where } from "./fault.ts";

/** How the answer to a request begins. */
export type Opening =
  | { readonly kind: "normal" }
  | { readonly kind: "refuse"; readonly status: RefusalStatus; readonly retryAfterS: number | null }
  | { readonly kind: "hang" }
  | { readonly kind: "garbage" }
  | { readonly kind: "reset" };

/** How the answer is broken off before its end. */
export interface Cut {
  readonly kind: "error-event" | "reset" | "truncate";
  readonly afterTokens: number;
}

/** How one request is answered: all faults that befall it, together. */
export interface Behaviour {
  /** The faults' texts joined by "+"; null for an ordinary answer. */
  readonly faults: string | null;
  readonly opening: Opening;
  readonly headersAfterMs: number;
  /** "first-token": with the first token, as vLLM does it. */
  readonly role: "first-token" | "on-arrival" | { readonly beforeFirstTokenMs: number };
  readonly tokensPerEvent: number;
  readonly eventsPerWrite: number;
  readonly splitsCharacters: boolean;
  readonly alwaysSendsUsage: boolean;
  readonly reasoningTokens: number;
  readonly isToolCall: boolean;
  readonly sendsEmptyChoices: boolean;
  readonly sendsComments: boolean;
  readonly sendsFinish: boolean;
  readonly sendsDone: boolean;
  readonly isEmpty: boolean;
  readonly closesAfter: boolean;
  readonly lineEnd: "\n" | "\r\n";
  readonly stall: Stall | null;
  readonly cut: Cut | null;
}

export const ORDINARY: Behaviour = Object.freeze<Behaviour>({
  faults: null,
  opening: { kind: "normal" },
  headersAfterMs: 0,
  role: "first-token",
  tokensPerEvent: 1,
  eventsPerWrite: 1,
  splitsCharacters: false,
  alwaysSendsUsage: false,
  reasoningTokens: 0,
  isToolCall: false,
  sendsEmptyChoices: false,
  sendsComments: false,
  sendsFinish: true,
  sendsDone: true,
  isEmpty: false,
  closesAfter: false,
  lineEnd: "\n",
  stall: null,
  cut: null,
});

/** What befalls a request. Where two faults contradict each other, the later one counts. */
export function behaviourFor(rules: readonly FaultRule[], seed: number, requestNumber: number): Behaviour {
  const hit = rules.filter(({ where }, index) => befalls(where, seed, index, requestNumber));
  if (hit.length === 0) return ORDINARY;
  let behaviour: Behaviour = { ...ORDINARY, faults: hit.map(({ text }) => text).join("+") };
  for (const { fault } of hit) behaviour = { ...behaviour, ...change(fault) };
  return behaviour;
}

function befalls(where: Where, seed: number, ruleIndex: number, requestNumber: number): boolean {
  switch (where.kind) {
    case "all":
      return true;
    case "probability":
      return rngFor(seed, `fault-${ruleIndex}`, requestNumber).uniform() < where.p;
    case "numbers":
      return where.ranges.some(([from, to]) => requestNumber >= from && requestNumber <= to);
    default:
      return assertNever(where);
  }
}

function change(fault: Fault): Partial<Behaviour> {
  switch (fault.kind) {
    case "role-early":
      return { role: fault.beforeMs === null ? "on-arrival" : { beforeFirstTokenMs: fault.beforeMs } };
    case "chunk-tokens":
      return { tokensPerEvent: fault.tokens };
    case "two-events":
      return { eventsPerWrite: 2 };
    case "split-utf8":
      return { splitsCharacters: true };
    case "error-event":
    case "truncate":
      return { cut: fault };
    case "reset":
      return fault.afterTokens === 0 ? { opening: { kind: "reset" } } : { cut: fault };
    case "usage-only":
      return { alwaysSendsUsage: true };
    case "reasoning":
      return { reasoningTokens: fault.tokens };
    case "tool-call":
      return { isToolCall: true };
    case "empty-choices":
      return { sendsEmptyChoices: true };
    case "close":
      return { closesAfter: true };
    case "no-done":
      return { sendsDone: false };
    case "no-finish":
      return { sendsFinish: false };
    case "empty":
      return { isEmpty: true };
    case "http":
      return { opening: { ...fault, kind: "refuse" } };
    case "stall":
      return { stall: fault };
    case "hang":
    case "garbage":
      return { opening: { kind: fault.kind } };
    case "slow-headers":
      return { headersAfterMs: fault.forMs };
    case "crlf":
      return { lineEnd: "\r\n" };
    case "comments":
      return { sendsComments: true };
    default:
      return assertNever(fault);
  }
}
