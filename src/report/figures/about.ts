import type { Fact } from "./spec.ts";

/** What every figure of a run says of it, besides its own numbers. */
export interface About {
  facts: readonly Fact[];
  /** What the reader has to know before believing it; null: nothing. */
  caution: string | null;
}

/** A run in a figure: its name in the key, by which several are told apart. */
export interface Named<T> {
  name: string;
  data: T;
}
