/** A request that the API refuses. */
export interface ApiProblem {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly param?: string;
}

const TYPES: Readonly<Record<number, string>> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  404: "NotFoundError",
  405: "MethodNotAllowedError",
  429: "RateLimitError",
  500: "InternalServerError",
  503: "ServiceUnavailableError",
};

/** A refusal with the error type that goes with its status. */
export function problem(status: number, message: string, param?: string): ApiProblem {
  const type = TYPES[status] ?? "BadRequestError";
  return { status, type, message, ...(param === undefined ? {} : { param }) };
}

/** OpenAI's error object as vLLM sends it: `{"error":{"message","type","param","code"}}`. */
export function problemJson({ status, type, message, param = undefined }: ApiProblem): string {
  return JSON.stringify({ error: { message, type, param: param ?? null, code: status } });
}
