import { fonts } from "./fonts.ts";
import type { Font } from "./typography.ts";

/** Width in px. */
export function textWidth(text: string, { px, bold }: Font): number {
  const { regular, bold: semibold } = fonts();
  return px * (bold ? semibold : regular).face.widthEm(text);
}

/** The text, or as much of its head as fits with an ellipsis. */
export function fitted(text: string, font: Font, widthPx: number): string {
  if (textWidth(text, font) <= widthPx) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, font) > widthPx) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/** The text in lines that fit, broken at spaces; at most `most`, the last one cut where there is more. */
export function wrapped(text: string, font: Font, widthPx: number, most: number): string[] {
  const lines: string[] = [];
  let words = text.split(" ");
  while (words.length > 0 && lines.length < most - 1) {
    let count = 1;
    while (count < words.length && textWidth(words.slice(0, count + 1).join(" "), font) <= widthPx) count++;
    lines.push(fitted(words.slice(0, count).join(" "), font, widthPx));
    words = words.slice(count);
  }
  if (words.length > 0) lines.push(fitted(words.join(" "), font, widthPx));
  return lines;
}
