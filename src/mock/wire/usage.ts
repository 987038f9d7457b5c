/** Token counts of an answer so far. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Prompt tokens from the prefix cache; null when the server has none. */
  readonly cachedTokens: number | null;
}

/** vLLM's usage object, in its order of fields. */
export function usageJson({ promptTokens, completionTokens, cachedTokens }: Usage): string {
  const total = promptTokens + completionTokens;
  const details = cachedTokens === null ? "" : `,"prompt_tokens_details":{"cached_tokens":${cachedTokens}}`;
  return `{"prompt_tokens":${promptTokens},"total_tokens":${total},"completion_tokens":${completionTokens}${details}}`;
}
