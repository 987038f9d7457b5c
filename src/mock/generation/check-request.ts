import { type OutputLength, outputLength } from "../engine/output-length.ts";
import type { MockSettings } from "../settings.ts";
import { type GenerationRequest, parseGenerationRequest, type Route } from "../wire/generation-request.ts";
import { type ApiProblem, problem } from "../wire/problem.ts";

/** A request that the server can answer, and how long the answer will be. */
export interface SoundRequest {
  readonly request: GenerationRequest;
  readonly length: OutputLength;
}

/** Reads a request's body and checks it against what the server has, or says what is wrong with it. */
export function checkRequest(
  body: string,
  route: Route,
  requestNumber: number,
  settings: MockSettings,
): SoundRequest | ApiProblem {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return problem(400, "the request's body is no JSON");
  }
  const request = parseGenerationRequest(route, json);
  if ("status" in request) return request;
  const { models, anyModel, outputDist, outputTokens, seed } = settings;
  if (request.model !== null && !anyModel && !models.includes(request.model)) {
    return problem(404, `The model \`${request.model}\` does not exist.`, "model");
  }
  const longest = longestTokens(settings);
  const { promptTokens, maxTokens, minTokens, ignoreEos } = request;
  const roomTokens = longest - promptTokens;
  const asked = { maxTokens, minTokens, ignoreEos, roomTokens };
  const length = outputLength(outputDist, outputTokens, seed, requestNumber, asked);
  const wanted = maxTokens ?? length.tokens;
  if (wanted >= 1 && wanted <= roomTokens) return { request, length };
  return problem(400, tooLong(longest, promptTokens, wanted));
}

/** Most tokens of prompt and answer: what is longer could never end in the batching engine's cache. */
function longestTokens({ maxModelLen, kvTokens, engine }: MockSettings): number {
  return engine.kind === "fixed" ? maxModelLen : Math.min(maxModelLen, kvTokens);
}

/** The words are vLLM's: clients look for them. */
function tooLong(longest: number, promptTokens: number, maxTokens: number): string {
  const total = promptTokens + maxTokens;
  return `This model's maximum context length is ${longest} tokens. However, you requested ${total} tokens (${promptTokens} in the messages, ${maxTokens} in the completion). Please reduce the length of the messages or completion.`;
}
