import type { RequestContent } from "./protocol.ts";

/** A request's content for tests, but for what is given. */
export function fakeContent(given: Partial<RequestContent> = {}): RequestContent {
  return {
    prompt: "Hello",
    maxTokens: 16,
    model: "m",
    stream: true,
    includeUsage: true,
    continuousUsage: false,
    ignoreEos: false,
    minTokens: null,
    extra: {},
    ...given,
  };
}
