import { messageOf, usageError } from "../../../core/errors.ts";
import { plainText } from "../workload/conversation.ts";
import { atPath, type JsonPath, parseJsonPath } from "./json-path.ts";
import { count, readEnvelope } from "./openai.ts";
import type { Piece, Protocol, RequestContent, Usage } from "./protocol.ts";

/** Used where an endpoint is neither OpenAI path and no template is given. */
export const DEFAULT_TEMPLATE =
  '{"model":"{model}","prompt":"{prompt}","max_tokens":{max_tokens},"stream":true}';

/** Where servers put their text; the first that holds a string is taken. TGI's last event repeats all in `generated_text`. */
const USUAL_TEXT_PATHS = [
  "choices[0].text",
  "choices[0].delta.content",
  "choices[0].message.content",
  "text",
  "text[0]",
  "token.text",
  "generated_text",
  "[0].generated_text",
  "text_output",
  "response",
  "output",
  "content",
].map(parseJsonPath);

const NO_USAGE: Usage = {
  promptTokens: null,
  completionTokens: null,
  cachedTokens: null,
  reasoningTokens: null,
};

export interface TemplateOptions {
  /** JSON with `{prompt}`, `{max_tokens}`, `{model}` in it. */
  template: string;
  /** Where the text stands; undefined tries the usual places. */
  textPath?: string | undefined;
  /** Where the number of output tokens stands, for servers without OpenAI's `usage`. */
  tokensPath?: string | undefined;
}

/**
 * A body of the user's own. What comes in the place of {prompt} and {model} is JSON-escaped: they stand inside quotes.
 * @throws ToolError USAGE when the template is not JSON, or has no place for the prompt
 */
export function templateProtocol(options: TemplateOptions): Protocol {
  const { template } = options;
  if (!template.includes("{prompt}")) {
    throw usageError(
      "the request body template has no {prompt}",
      'Example: \'{"prompt":"{prompt}","max_tokens":{max_tokens}}\'',
    );
  }
  const sample = parseTemplate(template);
  const textPaths = options.textPath === undefined ? USUAL_TEXT_PATHS : [parseJsonPath(options.textPath)];
  const tokensPath = options.tokensPath === undefined ? undefined : parseJsonPath(options.tokensPath);
  const parts = template.split(/(\{prompt\}|\{max_tokens\}|\{model\})/);
  const read = (json: unknown, piece: Piece) => {
    readEnvelope(json, piece);
    piece.text = firstText(json, textPaths);
    const tokens = tokensPath === undefined ? null : count(atPath(json, tokensPath));
    if (tokens !== null) piece.usage = { ...(piece.usage ?? NO_USAGE), completionTokens: tokens };
  };
  return {
    name: "template",
    defaultPath: "/v1/generate",
    streams: (sample as { stream?: unknown }).stream === true,
    textKey: null,
    body: (content) => parts.map((part) => fill(part, content)).join(""),
    readEvent: read,
    readAnswer: read,
  };
}

function fill(part: string, content: RequestContent): string {
  switch (part) {
    case "{prompt}":
      return JSON.stringify(plainText(content.prompt)).slice(1, -1);
    case "{max_tokens}":
      return String(content.maxTokens);
    case "{model}":
      return JSON.stringify(content.model).slice(1, -1);
    default:
      return part;
  }
}

function parseTemplate(template: string): unknown {
  const filled = template
    .replaceAll("{prompt}", "p")
    .replaceAll("{max_tokens}", "1")
    .replaceAll("{model}", "m");
  let sample: unknown;
  try {
    sample = JSON.parse(filled);
  } catch (error) {
    throw usageError(
      `the request body template is not JSON: ${messageOf(error)}`,
      'Quote {prompt} and {model}, not {max_tokens}: \'{"prompt":"{prompt}","max_tokens":{max_tokens}}\'',
    );
  }
  if (typeof sample !== "object" || sample === null)
    throw usageError("the request body template is no JSON object");
  return sample;
}

function firstText(json: unknown, paths: readonly JsonPath[]): string {
  for (const path of paths) {
    const value = atPath(json, path);
    if (typeof value === "string") return value;
  }
  return "";
}
