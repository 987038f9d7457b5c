import type { Kind } from "../flags/kinds.ts";

const MS_PER_SUFFIX: Readonly<Record<string, number>> = {
  "": 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What sleep(1) takes: a number with s, m, h or d, or `infinity`. In ms. */
export const sleepTime: Kind<number> = {
  placeholder: "TIME",
  allowed: "a time such as 90, 5m, 1h or 2d (a bare number counts seconds), or infinity",
  parse(text) {
    if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
    const match = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(text);
    return match === null ? undefined : Number(match[1]) * MS_PER_SUFFIX[match[2]!]!;
  },
};
