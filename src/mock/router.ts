import type { Engine } from "./engine/engine.ts";
import type { Intake } from "./generation/intake.ts";
import type { Exchange } from "./http/exchange.ts";
import type { ServerMetrics } from "./metrics/server-metrics.ts";
import type { MockSettings } from "./settings.ts";
import { modelsJson, tokenizeJson } from "./wire/api.ts";
import { type ApiProblem, problem, problemJson } from "./wire/problem.ts";

export interface RouterParts {
  readonly settings: MockSettings;
  readonly engine: Engine;
  readonly metrics: ServerMetrics;
  readonly intake: Intake;
  /** Unix seconds. */
  readonly startedAt: number;
}

interface Endpoint {
  readonly method: "GET" | "POST";
  /** Whether it answers without the API key, too. */
  readonly isOpen?: boolean;
  answer(exchange: Exchange): void;
}

/** Sends each request to what answers it. */
export function makeRouter(parts: RouterParts): (exchange: Exchange) => void {
  const { settings, engine, metrics, intake } = parts;
  const endpoints = new Map<string, Endpoint>([
    ["/health", { method: "GET", isOpen: true, answer: (exchange) => exchange.respond(200, "", {}) }],
    [
      "/metrics",
      {
        method: "GET",
        isOpen: true,
        answer: (exchange) => exchange.respond(200, metrics.exposition(engine.state()), METRICS_TYPE),
      },
    ],
    [
      "/v1/models",
      {
        method: "GET",
        answer: (exchange) => exchange.respond(200, modelsJson(settings, parts.startedAt)),
      },
    ],
    [
      "/tokenize",
      {
        method: "POST",
        answer: (exchange) => {
          const answer = tokenizeJson(exchange.request.body.toString(), settings.maxModelLen);
          if (typeof answer === "string") exchange.respond(200, answer);
          else refuse(exchange, answer);
        },
      },
    ],
    ["/v1/completions", { method: "POST", answer: (exchange) => intake.take(exchange, "completions") }],
    ["/v1/chat/completions", { method: "POST", answer: (exchange) => intake.take(exchange, "chat") }],
    ["/v1/generate", { method: "POST", answer: (exchange) => intake.take(exchange, "generate") }],
    ["/generate", { method: "POST", answer: (exchange) => intake.take(exchange, "generate") }],
  ]);
  const expected = settings.apiKey === null ? null : `Bearer ${settings.apiKey}`;
  return (exchange) => {
    const { method, path, headers } = exchange.request;
    const endpoint = endpoints.get(path);
    const isAllowed = expected === null || endpoint?.isOpen || headers.get("authorization") === expected;
    if (!isAllowed) refuse(exchange, problem(401, "the API key is missing or wrong"));
    else if (endpoint === undefined) refuse(exchange, problem(404, `nothing is at ${path}`));
    else if (endpoint.method !== method) refuse(exchange, problem(405, `${path} takes ${endpoint.method}`));
    else endpoint.answer(exchange);
  };
}

const METRICS_TYPE = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };

function refuse(exchange: Exchange, refusal: ApiProblem): void {
  exchange.respond(refusal.status, problemJson(refusal));
}
