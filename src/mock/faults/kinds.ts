import { parseDecimal, parseDurationMs } from "../../core/units.ts";
import type { Fault, RefusalStatus } from "./fault.ts";

/** How one kind of fault is written. */
export interface FaultKind {
  /** Arguments after the kind, for error texts and help: `:MS[:N]`. */
  readonly form: string;
  readonly allowed: string;
  /** The fault, or undefined when the arguments are not allowed. */
  build(args: readonly string[]): Fault | undefined;
}

const NO_ARGUMENTS = "no argument";

function bare(fault: Fault): FaultKind {
  return { form: "", allowed: NO_ARGUMENTS, build: (args) => (args.length === 0 ? fault : undefined) };
}

function wholeNumber(text: string | undefined, atLeast: number): number | undefined {
  const value = text !== undefined && /^\d+$/.test(text) ? parseDecimal(text) : null;
  return value === null || value < atLeast ? undefined : value;
}

/** Milliseconds; a bare number counts milliseconds, `2s` is a duration. */
function time(text: string | undefined): number | undefined {
  return text === undefined ? undefined : (parseDurationMs(text, "ms") ?? undefined);
}

/** One whole number, with a default where it may be left out. */
function counted(make: (n: number) => Fault, atLeast: number, fallback?: number): FaultKind {
  return {
    form: fallback === undefined ? ":N" : "[:N]",
    allowed: `${fallback === undefined ? "one" : "at most one"} whole number of at least ${atLeast}`,
    build: (args) => {
      const n = args.length === 0 ? fallback : wholeNumber(args[0], atLeast);
      return n === undefined || args.length > 1 ? undefined : make(n);
    },
  };
}

function refusal(status: RefusalStatus): FaultKind {
  if (status !== 429) return bare({ kind: "http", status, retryAfterS: null });
  return {
    form: "[:RETRY_AFTER_S]",
    allowed: "at most one whole number of seconds",
    build: (args) => {
      const retryAfterS = args.length === 0 ? 1 : wholeNumber(args[0], 0);
      return retryAfterS === undefined || args.length > 1 ? undefined : { kind: "http", status, retryAfterS };
    },
  };
}

const roleEarly: FaultKind = {
  form: "[:MS]",
  allowed: "at most one time in milliseconds",
  build: (args) => {
    const beforeMs = args.length === 0 ? null : time(args[0]);
    return beforeMs === undefined || args.length > 1 ? undefined : { kind: "role-early", beforeMs };
  },
};

const stall: FaultKind = {
  form: ":MS[:N]",
  allowed: "a time in milliseconds, and a whole number of tokens before it (1 if left out)",
  build: ([forText, afterText, ...more]) => {
    const forMs = time(forText);
    const afterTokens = afterText === undefined ? 1 : wholeNumber(afterText, 0);
    if (forMs === undefined || afterTokens === undefined || more.length > 0) return undefined;
    return { kind: "stall", forMs, afterTokens };
  },
};

const slowHeaders: FaultKind = {
  form: ":MS",
  allowed: "one time in milliseconds",
  build: (args) => {
    const forMs = time(args[0]);
    return forMs === undefined || args.length > 1 ? undefined : { kind: "slow-headers", forMs };
  },
};

/** Every kind of fault by its name. */
export const FAULT_KINDS: Readonly<Record<string, FaultKind>> = {
  "role-early": roleEarly,
  "chunk-tokens": counted((tokens) => ({ kind: "chunk-tokens", tokens }), 2),
  "two-events": bare({ kind: "two-events" }),
  "split-utf8": bare({ kind: "split-utf8" }),
  "error-event": counted((afterTokens) => ({ kind: "error-event", afterTokens }), 0),
  "usage-only": bare({ kind: "usage-only" }),
  reasoning: counted((tokens) => ({ kind: "reasoning", tokens }), 1),
  "tool-call": bare({ kind: "tool-call" }),
  "empty-choices": bare({ kind: "empty-choices" }),
  "no-done": bare({ kind: "no-done" }),
  "no-finish": bare({ kind: "no-finish" }),
  empty: bare({ kind: "empty" }),
  "http-400": refusal(400),
  "http-429": refusal(429),
  "http-500": refusal(500),
  "http-503": refusal(503),
  stall,
  reset: counted((afterTokens) => ({ kind: "reset", afterTokens }), 0, 0),
  hang: bare({ kind: "hang" }),
  garbage: bare({ kind: "garbage" }),
  truncate: counted((afterTokens) => ({ kind: "truncate", afterTokens }), 0),
  close: bare({ kind: "close" }),
  "slow-headers": slowHeaders,
  crlf: bare({ kind: "crlf" }),
  comments: bare({ kind: "comments" }),
};
