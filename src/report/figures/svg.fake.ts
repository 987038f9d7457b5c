import { rasterizer } from "./png.ts";
import type { Rect } from "./rect.ts";
import { textWidth } from "./text-fit.ts";

/* Reading figures back, for tests. */

/** A text of an SVG and the room that it takes. */
export interface TextBox extends Rect {
  text: string;
}

/** Part of a font's size that stands above and below the middle of a line of Inter (digits and capitals, descenders). */
const [ABOVE, BELOW] = [0.4, 0.5];

/** The texts with their boxes, by the font's own widths. */
export function textBoxes(svg: string): TextBox[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = "", content = ""]) => {
    const of = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(` ${attributes}`)?.[1];
    const style = (name: string) => new RegExp(`\\b${name}:([^;]*)`).exec(of("style") ?? "")?.[1] ?? "";
    const [dx = 0, dy = 0] = (/translate\(([-\d.]+) ([-\d.]+)\)/.exec(of("transform") ?? "") ?? [])
      .slice(1)
      .map(Number);
    const text = content.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
    const px = Number.parseFloat(style("font-size"));
    const width = textWidth(text, { px, bold: style("font-weight") === "600" });
    const left = { start: 0, middle: width / 2, end: width }[of("text-anchor") ?? "start"]!;
    const [x, y] = [Number(of("x") ?? 0) + dx, Number(of("y") ?? 0) + dy];
    return { text, x: x - left, y: y - ABOVE * px, width, height: (ABOVE + BELOW) * px };
  });
}

/** What another program, which knows the fonts but none of our layout, says that an SVG's content covers; null where it draws nothing. */
export async function drawnBox(svg: string): Promise<Rect | null> {
  const { Resvg, font } = await rasterizer();
  const image = new Resvg(svg, { font });
  const box = image.getBBox();
  return box === undefined ? null : { x: box.x, y: box.y, width: box.width, height: box.height };
}

/** The SVG with nothing but its texts. */
export function textsAlone(svg: string): string {
  const [head = ""] = /^<svg[^>]*>/.exec(svg) ?? [];
  return `${head}${(svg.match(/<text [^>]*>[^<]*<\/text>/g) ?? []).join("")}</svg>`;
}
