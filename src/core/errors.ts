/** Process exit codes; the only place that gives them numbers. */
export const ExitCode = {
  ok: 0,
  runFailed: 1,
  usage: 2,
  gateFailed: 3,
  environment: 4,
  clientUnfit: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface ToolErrorOptions {
  /** What the reader can do about it; one sentence. */
  hint?: string;
  exit?: ExitCode;
  cause?: unknown;
}

/** A failure that a person can act on: shown as message and hint, never as a stack. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: string;
  readonly hint: string | undefined;
  readonly exit: ExitCode;

  constructor(code: string, message: string, options: ToolErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exit = options.exit ?? ExitCode.runFailed;
  }
}

/** The command line, the environment or a configuration file asks for something that is not possible. */
export function usageError(message: string, hint?: string): ToolError {
  return new ToolError("USAGE", message, { exit: ExitCode.usage, ...(hint === undefined ? {} : { hint }) });
}

/** The machine or the server lacks something that the run needs. */
export function environmentError(code: string, message: string, hint?: string, cause?: unknown): ToolError {
  return new ToolError(code, message, {
    exit: ExitCode.environment,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Marks a switch as exhaustive: compiles only when `value` can be nothing more. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}

/** The system error code (`ENOENT`, `ECONNREFUSED`, …) of a thrown value, if it carries one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

/** What Bun's fetch says, with advice on its own arguments and on typing errors, and what is said in its place. */
const FETCH_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/Unable to connect\. Is the computer able to access the url\?/, "no connection could be made"],
  [/Was there a typo in the url or port\?/, "no connection could be made"],
  [
    /The socket connection was closed unexpectedly\..*/,
    "the connection was closed before the answer was whole",
  ],
];

/** The message of a thrown value, whatever it is. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return FETCH_TEXTS.reduce((text, [theirs, ours]) => text.replace(theirs, ours), message);
}
