import { inflateSync } from "node:zlib";

/** A PNG read back, for tests: RGBA, 8 bits each, row by row. */
export interface DecodedPng {
  width: number;
  height: number;
  pixels: Uint8Array;
}

const SIGNATURE = "89504e470d0a1a0a";

/** Decodes what resvg writes: RGBA of 8 bits, not interlaced (PNG, third edition, W3C 2025). @throws Error on anything else */
export function decodePng(file: Uint8Array): DecodedPng {
  const bytes = Buffer.from(file);
  if (bytes.subarray(0, 8).toString("hex") !== SIGNATURE) throw new Error("no PNG");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (bytes.subarray(24, 29).toString("hex") !== "0806000000") throw new Error("a PNG of another kind");
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  return { width, height, pixels: unfiltered(inflateSync(Buffer.concat(data)), 4 * width, height) };
}

function unfiltered(rows: Uint8Array, rowBytes: number, height: number): Uint8Array {
  const pixels = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (rowBytes + 1)]!;
    const [source, target] = [y * (rowBytes + 1) + 1, y * rowBytes];
    for (let x = 0; x < rowBytes; x++) {
      const left = x < 4 ? 0 : pixels[target + x - 4]!;
      const up = y === 0 ? 0 : pixels[target + x - rowBytes]!;
      const corner = x < 4 || y === 0 ? 0 : pixels[target + x - rowBytes - 4]!;
      pixels[target + x] = rows[source + x]! + predicted(filter, left, up, corner);
    }
  }
  return pixels;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    default: {
      const estimate = left + up - corner;
      const [byLeft, byUp, byCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
        number,
        number,
        number,
      ];
      return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
    }
  }
}
