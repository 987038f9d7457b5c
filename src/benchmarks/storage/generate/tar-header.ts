/** Format: POSIX.1-2017, pax, "ustar Interchange Format". */
export const TAR_BLOCK = 512;
/** What eleven octal digits cannot hold any more. */
export const TAR_MEMBER_LIMIT = 2 ** 33;
const CHECKSUM = { at: 148, bytes: 8 };

/** The header of a regular file in a tar. @param bytes below TAR_MEMBER_LIMIT */
export function tarHeader(name: string, bytes: number): Uint8Array {
  const header = Buffer.alloc(TAR_BLOCK);
  const octal = (value: number, at: number, digits: number) =>
    header.write(`${value.toString(8).padStart(digits, "0")}\0`, at, "latin1");
  header.write(name, 0, 100, "utf8");
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(bytes, 124, 11);
  octal(0, 136, 11);
  header.write("0", 156, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  // The sum is over the header with blanks in the sum's own place.
  header.fill(" ", CHECKSUM.at, CHECKSUM.at + CHECKSUM.bytes);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, CHECKSUM.at, "latin1");
  return header;
}

/** Bytes from the end of a member's content to the next block. */
export function tarPadding(bytes: number): number {
  return (TAR_BLOCK - (bytes % TAR_BLOCK)) % TAR_BLOCK;
}
