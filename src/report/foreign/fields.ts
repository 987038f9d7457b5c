import * as v from "valibot";

/* Fields of other tools' files. Versions differ: what is missing is null, and so is what is no number (NaN, Infinity). */

const anyNumber = v.union([v.number(), v.nan()]);
const finite = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);

/** A number, or null. */
export const number = v.optional(v.pipe(v.nullable(anyNumber), v.transform(finite)), null);

/** A number that there has to be. */
export const needed = v.pipe(v.number(), v.finite());

export const text = v.optional(v.nullable(v.string()), null);

/** A rate: Infinity and "inf", which mean all at once, are null. */
export const rate = v.optional(
  v.pipe(
    v.nullable(v.union([anyNumber, v.string()])),
    v.transform((value) => finite(value === null ? null : Number(value))),
  ),
  null,
);

export const numbers = v.optional(v.nullable(v.array(v.nullable(anyNumber))), null);
