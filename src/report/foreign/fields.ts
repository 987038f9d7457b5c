import * as v from "valibot";

/* Fields of other tools' files. Versions differ: what is missing is null, and so is what is no number (NaN, Infinity). */

const anyNumber = v.union([v.number(), v.nan()]);
const finite = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);

/** A number, or null. */
export const number = v.optional(v.pipe(v.nullable(anyNumber), v.transform(finite)), null);

export const text = v.optional(v.nullable(v.string()), null);

/** A rate: Infinity and "inf", which mean all at once, are null. */
export const rate = v.optional(
  v.pipe(
    v.nullable(v.union([anyNumber, v.string()])),
    v.transform((value) => finite(value === null ? null : Number(value))),
  ),
  null,
);

/** More than any span of time, clock or count of tokens. */
const MOST = 1e15;

const isAmount = (value: number) => value >= 0 && value <= MOST;
const isAmountOrNone = (value: number | null) => finite(value) === null || isAmount(value!);
const AMOUNT = `a number from 0 to ${MOST} is needed`;

/** Durations, instants or counts, a value a request; null where there is none. */
export const amounts = v.optional(
  v.nullable(v.array(v.pipe(v.nullable(anyNumber), v.check(isAmountOrNone, AMOUNT), v.transform(finite)))),
  null,
);

/** A duration or a count that there has to be. */
export const amount = v.pipe(v.number(), v.check(isAmount, AMOUNT));
