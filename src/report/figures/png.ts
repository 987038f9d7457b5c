import { readFileSync } from "node:fs";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import wasmPath from "@resvg/resvg-wasm/index_bg.wasm" with { type: "file" };
import { fonts } from "./fonts.ts";

let ready: Promise<void> | undefined;

/**
 * Rasterizes an SVG of ours with the embedded fonts.
 * @param widthPx of its canvas
 * @param zoom pixels for each px of it
 */
export async function pngOf(svg: string, widthPx: number, zoom: number): Promise<Uint8Array> {
  ready ??= initWasm(readFileSync(wasmPath));
  await ready;
  const { regular, bold } = fonts();
  const image = new Resvg(drawable(svg), {
    fitTo: { mode: "width", value: Math.round(zoom * widthPx) },
    font: { fontBuffers: [regular.bytes, bold.bytes], defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
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
