import { readFileSync } from "node:fs";
import regularPath from "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf" with { type: "file" };
import boldPath from "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf" with { type: "file" };
import { type FontFace, parseFont } from "./font-face.ts";

/** What an SVG's reader needs to have; the others are close to Inter's widths, for viewers without it. */
export const FONT_FAMILY = "Inter, Helvetica, Arial, Liberation Sans, sans-serif";

/** One weight of Inter (SIL Open Font License 1.1), out of the executable. */
export interface EmbeddedFont {
  bytes: Uint8Array;
  face: FontFace;
}

interface Fonts {
  regular: EmbeddedFont;
  bold: EmbeddedFont;
}

let loaded: Fonts | undefined;

/** Both weights, read and parsed once. */
export function fonts(): Fonts {
  loaded ??= { regular: load(regularPath), bold: load(boldPath) };
  return loaded;
}

function load(path: string): EmbeddedFont {
  const bytes = new Uint8Array(readFileSync(path));
  return { bytes, face: parseFont(bytes) };
}
