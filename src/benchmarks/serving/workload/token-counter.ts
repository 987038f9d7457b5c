/** Counts the tokens of a text, without special tokens. */
export interface TokenCounter {
  /** Where the counts come from, as shown to the reader. */
  readonly name: string;
  /** False where counts are a rule of thumb. */
  readonly exact: boolean;
  count(text: string): number;
}

/** Four bytes of English UTF-8 text make about one token of the usual vocabularies (OpenAI's rule of thumb). */
const BYTES_PER_TOKEN = 4;

/** Without a tokenizer: an estimate, and whatever rests on it says so. */
export const estimatedTokens: TokenCounter = {
  name: "estimate (4 bytes a token)",
  exact: false,
  count: (text) => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN),
};
