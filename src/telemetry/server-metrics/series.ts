/** A series as a server names it. */
export interface SeriesName {
  name: string;
  labels: Readonly<Record<string, string>>;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const BLANKS = /[ \t]*/y;
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\.)*)"[ \t]*(,?)/y;
const CLOSE = /[ \t]*\}/y;

/**
 * Reads the series that a line of Prometheus' text format begins with.
 * @returns it, and where it ends; null where there is none
 */
export function readSeries(line: string): (SeriesName & { end: number }) | null {
  const name = matchAt(NAME, line, 0);
  if (name === null) return null;
  const brace = name[0].length + matchAt(BLANKS, line, name[0].length)![0].length;
  if (line[brace] !== "{") return { name: name[0], labels: {}, end: name[0].length };
  const labels: Record<string, string> = {};
  let at = brace + 1;
  for (let isMore = true; isMore; ) {
    const label = matchAt(LABEL, line, at);
    if (label === null) break;
    at += label[0].length;
    // A name twice is an error to Prometheus, too.
    if (Object.hasOwn(labels, label[1]!)) return null;
    labels[label[1]!] = unescaped(label[2]!);
    isMore = label[3] === ",";
  }
  const close = matchAt(CLOSE, line, at);
  return close === null ? null : { name: name[0], labels, end: at + close[0].length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** `\\`, `\"` and `\n`; what else a backslash stands before keeps it. */
function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\([\\"n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}
