import { type Cipheriv, createCipheriv, createHash } from "node:crypto";

const PIECE_BYTES = 1 << 20;
const zeros = new Uint8Array(PIECE_BYTES);

/**
 * A sample's content, piece by piece: the keystream of AES-128-CTR under a key of the seed, each sample with a nonce of its own. No device can
 * compress it or find two blocks alike, and it comes faster than disks write.
 */
export function* contentOf(seed: number, sample: number, bytes: number): Generator<Uint8Array> {
  const cipher = cipherOf(seed, sample);
  for (let left = bytes; left > 0; left -= PIECE_BYTES) {
    yield cipher.update(left >= PIECE_BYTES ? zeros : zeros.subarray(0, left));
  }
}

function cipherOf(seed: number, sample: number): Cipheriv {
  const key = createHash("sha256").update(`inferbench storage ${seed}`).digest().subarray(0, 16);
  // The upper half counts samples, the lower half is the cipher's own counter of blocks.
  const nonce = Buffer.alloc(16);
  nonce.writeBigUInt64BE(BigInt(sample), 0);
  return createCipheriv("aes-128-ctr", key, nonce);
}
