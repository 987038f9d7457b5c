import type { Store } from "./store.ts";

/**
 * Each piece has a command's time of its own, 2 s after Ctrl-C: all of it has the more, the more there is, and many ranks that send at once
 * need no more than 128 KiB/s each. Smaller values also hold up beats, and other ranks' commands, for less long.
 */
const PIECE_BYTES = 256 * 1024;

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
