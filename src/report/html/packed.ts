/** Data as a page carries it: raw deflate (RFC 1951), base64. */
export function packed(data: string | Uint8Array<ArrayBuffer>): string {
  return Bun.deflateSync(data).toBase64();
}
