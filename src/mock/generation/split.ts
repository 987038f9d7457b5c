/** Cuts a text in two after the first byte of its first character that has more than one; null if it has none. */
export function cutInCharacter(text: string): [Buffer, Buffer] | null {
  const bytes = Buffer.from(text);
  const at = bytes.findIndex((byte) => byte >= 0xc0);
  return at < 0 ? null : [bytes.subarray(0, at + 1), bytes.subarray(at + 1)];
}

/** The first half of a text's bytes. */
export function firstHalf(text: string): Buffer {
  const bytes = Buffer.from(text);
  return bytes.subarray(0, bytes.length >> 1);
}
