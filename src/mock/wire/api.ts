import * as v from "valibot";
import type { MockSettings } from "../settings.ts";
import { tokenIds } from "../text/tokens.ts";
import { messagesSchema, messagesText } from "./generation-request.ts";
import { type ApiProblem, problem } from "./problem.ts";

/** `GET /v1/models` in vLLM's shape. @param created Unix seconds */
export function modelsJson({ models, maxModelLen }: MockSettings, created: number): string {
  const data = models.map((id) => ({
    id,
    object: "model",
    created,
    owned_by: "inferbench",
    root: id,
    parent: null,
    max_model_len: maxModelLen,
  }));
  return JSON.stringify({ object: "list", data });
}

const tokenizeSchema = v.union([v.object({ prompt: v.string() }), v.object({ messages: messagesSchema })]);

/** `POST /tokenize`: the tokens of a prompt or of messages, or what is wrong with the request. */
export function tokenizeJson(body: string, maxModelLen: number): string | ApiProblem {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return problem(400, "the request's body is no JSON");
  }
  const request = v.safeParse(tokenizeSchema, parsed);
  if (!request.success) return problem(400, "give either prompt, a text, or messages");
  const { output } = request;
  const tokens = tokenIds("prompt" in output ? output.prompt : messagesText(output.messages));
  return JSON.stringify({ count: tokens.length, max_model_len: maxModelLen, tokens });
}
