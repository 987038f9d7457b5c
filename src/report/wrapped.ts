/** Of texts in files. */
export const COLUMNS = 80;

/**
 * Breaks each line of a text between words, so that it fits into `columns`; what goes on below stands under the line's own indentation,
 * of a line that begins with `- ` under its words.
 * A word that fits no line stays whole.
 * @param indent what goes on is indented by so much at least
 * @param lead columns that something else takes before the first line
 */
export function wrapped(text: string, columns: number, { indent = 0, lead = 0 } = {}): string {
  if (!Number.isFinite(columns)) return text;
  const lines = text.split("\n").flatMap((line, i) => {
    const [before] = /^ *(?:- )?/.exec(line)!;
    const own = before.length;
    const hanging = Math.max(own, indent);
    const room = Math.max(1, columns - Math.max(hanging, own + (i === 0 ? lead : 0)));
    const [first = "", ...more] = Bun.wrapAnsi(line.slice(own), room).split("\n");
    return [before + first, ...more.map((part) => " ".repeat(hanging) + part)];
  });
  return lines.join("\n");
}

/** A warning and what to do, as summary.txt has them. @param of what it is about, where there are several */
export function warningText({ message, hint }: { message: string; hint: string }, of?: string): string {
  const whose = of === undefined ? "" : `${of}: `;
  return wrapped(`warning: ${whose}${message}\n  ${hint}`, COLUMNS, { indent: 2 });
}
