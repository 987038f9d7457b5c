const PLAIN =
  "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were her all she there would their we him been has when who will more no if out so said what up its about into than them can only other new some could time these two may then do first any my now such like our over man me even most made after also did many before must through back years where much your way well down should because each just those people how too little state good very make world still own see men work long get here between both life being under never day same another know while last might us great old year off come since against go came right used take three"
    .split(" ")
    .map((word) => ` ${word}`);

/** Two, three and four bytes a character, and characters of several code points. */
const WIDE = " größer, 東京, 🙂, naïve, Straße, Ελλάδα, 한국어, мир, 👩‍🚀, façade, ñandú, 你好".split(",");

/** Every word that the mock generates, each with its leading space. None needs escaping in JSON. */
export const WORDS: readonly string[] = [...PLAIN, ...WIDE];

/** Bytes of each word in UTF-8. */
export const WORD_BYTES: readonly number[] = WORDS.map((word) => Buffer.byteLength(word));

/** Every fourth token is not ASCII, so that any answer of two tokens or more tries a client's decoder. */
const WIDE_EACH = 4;

/** Index into WORDS of a request's token: a pure function of seed, request number and token index. */
export function wordIndex(seed: number, requestNumber: number, tokenIndex: number): number {
  let hash = Math.imul(seed ^ Math.imul(requestNumber, 0x9e3779b1), 0x85ebca6b) + tokenIndex;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return tokenIndex % WIDE_EACH === 1 ? PLAIN.length + (hash % WIDE.length) : hash % PLAIN.length;
}

/** The whole text of a request's first `tokens` tokens. */
export function generatedText(seed: number, requestNumber: number, tokens: number, from = 0): string {
  let text = "";
  for (let i = from; i < tokens; i++) text += WORDS[wordIndex(seed, requestNumber, i)];
  return text;
}
