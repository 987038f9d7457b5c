import * as v from "valibot";
import { countTokens, wordsOf } from "../text/tokens.ts";
import { type ApiProblem, problem } from "./problem.ts";

/** The wire format that a request came in, and that its answer goes out in. */
export type Route = "completions" | "chat" | "generate";

/** What a generation request asks for, whatever its format. */
export interface GenerationRequest {
  readonly route: Route;
  /** null when the format lets it be left out. */
  readonly model: string | null;
  readonly promptTokens: number;
  /** The prompt's tokens as words, for the prefix cache. */
  readonly promptWords: () => string[];
  readonly maxTokens: number | null;
  readonly minTokens: number;
  readonly ignoreEos: boolean;
  readonly isStream: boolean;
  readonly includesUsage: boolean;
  readonly includesUsageInEachChunk: boolean;
}

const tokenLimit = v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1)));
const flag = v.nullish(v.boolean());

const limits = {
  max_tokens: tokenLimit,
  min_tokens: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
  ignore_eos: flag,
  n: v.nullish(v.literal(1)),
};

const openAi = {
  ...limits,
  model: v.optional(v.string()),
  stream: flag,
  stream_options: v.nullish(v.object({ include_usage: flag, continuous_usage_stats: flag })),
};

const tokenList = v.array(v.number());
const prompt = v.union([
  v.string(),
  tokenList,
  v.pipe(v.array(v.union([v.string(), tokenList])), v.length(1)),
]);

const content = v.nullish(v.union([v.string(), v.array(v.looseObject({ text: v.optional(v.string()) }))]));
export const messagesSchema = v.array(v.looseObject({ content }));

const completionsSchema = v.object({ ...openAi, prompt });
const chatSchema = v.object({ ...openAi, max_completion_tokens: tokenLimit, messages: messagesSchema });
const generateSchema = v.object({
  ...limits,
  ...openAi,
  max_new_tokens: tokenLimit,
  prompt: v.optional(prompt),
  input: v.optional(prompt),
  inputs: v.optional(prompt),
  text_input: v.optional(prompt),
  parameters: v.nullish(v.object({ ...limits, max_new_tokens: tokenLimit, stream: flag })),
});

/** The request in a JSON body, or what is wrong with it. */
export function parseGenerationRequest(route: Route, body: unknown): GenerationRequest | ApiProblem {
  switch (route) {
    case "completions": {
      const parsed = v.safeParse(completionsSchema, body);
      if (!parsed.success) return invalid(parsed.issues);
      return common(route, parsed.output, promptOf(parsed.output.prompt));
    }
    case "chat": {
      const parsed = v.safeParse(chatSchema, body);
      if (!parsed.success) return invalid(parsed.issues);
      const { max_tokens, max_completion_tokens } = parsed.output;
      const fields = { ...parsed.output, max_tokens: max_completion_tokens ?? max_tokens };
      return common(route, fields, textPrompt(messagesText(parsed.output.messages)));
    }
    case "generate": {
      const parsed = v.safeParse(generateSchema, body);
      if (!parsed.success) return invalid(parsed.issues);
      const fields = parsed.output;
      const given = fields.prompt ?? fields.input ?? fields.inputs ?? fields.text_input;
      if (given === undefined) return problem(400, "none of prompt, input, inputs, text_input is there");
      const inner = fields.parameters ?? {};
      const merged = {
        ...inner,
        ...fields,
        max_tokens: fields.max_tokens ?? fields.max_new_tokens ?? inner.max_tokens ?? inner.max_new_tokens,
        stream: fields.stream ?? inner.stream,
      };
      return common(route, merged, promptOf(given));
    }
  }
}

/** All text of chat messages; parts that are no text count nothing. */
export function messagesText(messages: v.InferOutput<typeof messagesSchema>): string {
  const texts = messages.map((message) => {
    if (typeof message.content === "string") return message.content;
    return (message.content ?? []).map((part) => part.text ?? "").join(" ");
  });
  return texts.join("\n");
}

type Prompt = Pick<GenerationRequest, "promptTokens" | "promptWords">;

function textPrompt(text: string): Prompt {
  return { promptTokens: countTokens(text), promptWords: () => wordsOf(text) };
}

function promptOf(given: v.InferOutput<typeof prompt>): Prompt {
  if (typeof given === "string") return textPrompt(given);
  const first = given[0];
  if (typeof first === "string") return textPrompt(first);
  const ids = (Array.isArray(first) ? first : given) as number[];
  return { promptTokens: ids.length, promptWords: () => ids.map(String) };
}

interface CommonFields {
  model?: string | undefined;
  max_tokens?: number | null | undefined;
  min_tokens?: number | null | undefined;
  ignore_eos?: boolean | null | undefined;
  stream?: boolean | null | undefined;
  stream_options?:
    | { include_usage?: boolean | null | undefined; continuous_usage_stats?: boolean | null | undefined }
    | null
    | undefined;
}

function common(route: Route, fields: CommonFields, prompt: Prompt): GenerationRequest {
  return {
    route,
    ...prompt,
    model: fields.model ?? null,
    maxTokens: fields.max_tokens ?? null,
    minTokens: fields.min_tokens ?? 0,
    ignoreEos: fields.ignore_eos ?? false,
    isStream: fields.stream ?? false,
    includesUsage: fields.stream_options?.include_usage ?? false,
    includesUsageInEachChunk: fields.stream_options?.continuous_usage_stats ?? false,
  };
}

function invalid(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): ApiProblem {
  const path = v.getDotPath(issues[0]);
  const { message } = issues[0];
  return problem(400, path === null ? message : `${path}: ${message}`, path ?? undefined);
}
