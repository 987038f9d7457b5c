import * as v from "valibot";

/** A judged condition in a summary.json; older files lack its unit and its limit. */
export const SavedGate = v.object({
  gate: v.string(),
  passed: v.boolean(),
  value: v.optional(v.nullable(v.number(), null), null),
  unit: v.optional(v.nullable(v.string(), null), null),
  limit: v.optional(v.nullable(v.number(), null), null),
  small: v.optional(v.boolean(), false),
  isLowerBound: v.optional(v.boolean(), false),
  isKnown: v.optional(v.boolean(), true),
});
