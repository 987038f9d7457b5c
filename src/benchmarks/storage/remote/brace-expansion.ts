import { usageError } from "../../../core/errors.ts";

/** More shards than any dataset has; a slip of the hand names more. */
const MOST_NAMES = 1_000_000;

/**
 * The names that a pattern stands for, as in a shell: `{000..012}` counts, with leading zeros where the pattern has them, `{train,val}` lists.
 * Several in one pattern are combined, the last one counting fastest.
 * Source: webdataset, shardlists.py: expand_urls, by the package braceexpand
 * @throws ToolError USAGE
 */
export function expandBraces(pattern: string): string[] {
  let names = [""];
  // Every other part is what stood between braces.
  for (const [i, part] of pattern.split(/\{([^{}]*)\}/).entries()) {
    if (i % 2 === 0 && /[{}]/.test(part)) throw wrong(pattern, "has a brace without its other one");
    const choices = i % 2 === 0 ? [part] : choicesIn(pattern, part);
    if (names.length * choices.length > MOST_NAMES) throw wrong(pattern, `names more than ${MOST_NAMES}`);
    names = names.flatMap((name) => choices.map((choice) => name + choice));
  }
  return names;
}

function choicesIn(pattern: string, inside: string): string[] {
  const range = /^(\d{1,15})\.\.(\d{1,15})$/.exec(inside);
  if (range === null) {
    if (!inside.includes(",")) throw wrong(pattern, `{${inside}} is no range and no list`);
    return inside.split(",");
  }
  const [, from = "", to = ""] = range;
  const count = Number(to) - Number(from) + 1;
  if (count < 1) throw wrong(pattern, `{${inside}} ends before it begins`);
  if (count > MOST_NAMES) throw wrong(pattern, `names more than ${MOST_NAMES}`);
  const isPadded = [from, to].some((end) => end.length > 1 && end.startsWith("0"));
  const width = isPadded ? Math.max(from.length, to.length) : 0;
  return Array.from({ length: count }, (_, i) => String(Number(from) + i).padStart(width, "0"));
}

function wrong(pattern: string, why: string): Error {
  return usageError(
    `--data-root: "${pattern}" ${why}`,
    "As in https://host/data/shard-{000000..000009}.tar.",
  );
}
