/** One token of the mock is one word with the white space before it: the matches of `/\s*\S+/g`. */

/** Code points above ASCII that `\s` matches (ECMAScript WhiteSpace and LineTerminator). */
const WIDE_SPACES = new Set([0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]);

/** Number of tokens of a text; a scan, because prompts may have many thousands of words. */
export function countTokens(text: string): number {
  let count = 0;
  let isInWord = false;
  for (let i = 0; i < text.length; i++) {
    const isWordCode = !isSpace(text.charCodeAt(i));
    if (isWordCode && !isInWord) count++;
    isInWord = isWordCode;
  }
  return count;
}

/** The words of a text, without white space. */
export function wordsOf(text: string): string[] {
  return text.match(/\S+/g) ?? [];
}

/** Token ids of a text: a stable hash of each word. */
export function tokenIds(text: string): number[] {
  return wordsOf(text).map((word) => Bun.hash.crc32(word) % 32_000);
}

function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 9 && code <= 13);
  return code >= 0xa0 && (WIDE_SPACES.has(code) || (code >= 0x2000 && code <= 0x200a));
}
