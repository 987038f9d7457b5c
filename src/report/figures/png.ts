import { readFileSync } from "node:fs";
import { type CustomFontsOptions, initWasm, Resvg } from "@resvg/resvg-wasm";
import wasmPath from "@resvg/resvg-wasm/index_bg.wasm" with { type: "file" };
import { fonts } from "./fonts.ts";

let ready: Promise<void> | undefined;

/** resvg, its WebAssembly started once; and what it is to draw text with. */
export async function rasterizer(): Promise<{ Resvg: typeof Resvg; font: CustomFontsOptions }> {
  ready ??= initWasm(readFileSync(wasmPath));
  await ready;
  const { regular, bold } = fonts();
  const fontBuffers = [regular.bytes, bold.bytes];
  return { Resvg, font: { fontBuffers, defaultFontFamily: "Inter", sansSerifFamily: "Inter" } };
}

/**
 * Rasterizes an SVG of ours with the embedded fonts.
 * @param widthPx of its canvas
 * @param zoom pixels for each px of it
 */
export async function pngOf(svg: string, widthPx: number, zoom: number): Promise<Uint8Array> {
  const { Resvg, font } = await rasterizer();
  const image = new Resvg(drawable(svg), {
    fitTo: { mode: "width", value: Math.round(zoom * widthPx) },
    font,
  });
  const rendered = image.render();
  try {
    return rendered.asPng().slice();
  } finally {
    rendered.free();
    image.free();
  }
}

/** A character that the font cannot draw would be an empty box; viewers of the SVG have other fonts for it. */
function drawable(svg: string): string {
  const { face } = fonts().regular;
  return svg.replace(/[^\n -~]/gu, (character) => (face.has(character.codePointAt(0)!) ? character : "?"));
}
