import type { Store } from "./store.ts";

/** Redis takes at most 512 MB in one value; smaller ones hold up other ranks' commands for less long. */
const PIECE_BYTES = 4 * 2 ** 20;

/** Stores bytes under `key:0`, `key:1`, …; returns how many there are. */
export async function setBytes(store: Store, key: string, bytes: Uint8Array): Promise<number> {
  const pieces = Math.ceil(bytes.length / PIECE_BYTES);
  for (let i = 0; i < pieces; i++) {
    await store.set(`${key}:${i}`, bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES));
  }
  return pieces;
}

/** @returns null where a piece is gone */
export async function getBytes(store: Store, key: string, pieces: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < pieces; i++) {
    const part = await store.getBytes(`${key}:${i}`);
    if (part === null) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
