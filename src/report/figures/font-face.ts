/** What of a font is needed to know how wide a text is. */
export interface FontFace {
  /** Whether the font can draw this character. */
  has(codePoint: number): boolean;
  /** Width in ems, without kerning; a character that the font lacks counts one em. */
  widthEm(text: string): number;
}

/**
 * Reads character map and advance widths of a TrueType font (OpenType 1.9: `head`, `hhea`, `hmtx`, `cmap` of format 4 or 12).
 * @throws Error where the file is no such font
 */
export function parseFont(bytes: Uint8Array): FontFace {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = (tag: string) => tableAt(view, tag);
  const unitsPerEm = view.getUint16(table("head") + 18);
  const metrics = view.getUint16(table("hhea") + 34);
  const hmtx = table("hmtx");
  const glyphOf = characterMap(view, table("cmap"));
  const advance = (glyph: number) => view.getUint16(hmtx + 4 * Math.min(glyph, metrics - 1));
  return {
    has: (codePoint) => (glyphOf.get(codePoint) ?? 0) !== 0,
    widthEm(text) {
      let units = 0;
      for (const character of text) {
        const glyph = glyphOf.get(character.codePointAt(0)!);
        units += glyph === undefined ? unitsPerEm : advance(glyph);
      }
      return units / unitsPerEm;
    },
  };
}

function tableAt(view: DataView, tag: string): number {
  const count = view.getUint16(4);
  for (let i = 0; i < count; i++) {
    const entry = 12 + 16 * i;
    const name = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(entry + byte)));
    if (name === tag) return view.getUint32(entry + 8);
  }
  throw new Error(`the font has no table ${tag}`);
}

/** Glyph numbers by code point. */
function characterMap(view: DataView, cmap: number): Map<number, number> {
  const glyphs = new Map<number, number>();
  const subtables = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, i) => cmap + view.getUint32(cmap + 8 + 8 * i),
  );
  const known =
    subtables.find((at) => view.getUint16(at) === 12) ?? subtables.find((at) => view.getUint16(at) === 4);
  if (known === undefined) throw new Error("the font has no character map of format 4 or 12");
  if (view.getUint16(known) === 12) addGroups(view, known, glyphs);
  else addSegments(view, known, glyphs);
  return glyphs;
}

function addGroups(view: DataView, at: number, glyphs: Map<number, number>): void {
  for (let group = at + 16, i = view.getUint32(at + 12); i > 0; i--, group += 12) {
    const [first, last, glyph] = [
      view.getUint32(group),
      view.getUint32(group + 4),
      view.getUint32(group + 8),
    ];
    for (let code = first; code <= last; code++) glyphs.set(code, glyph + code - first);
  }
}

function addSegments(view: DataView, at: number, glyphs: Map<number, number>): void {
  const size = view.getUint16(at + 6);
  const [ends, starts, deltas, offsets] = [at + 14, at + 16 + size, at + 16 + 2 * size, at + 16 + 3 * size];
  for (let i = 0; i < size; i += 2) {
    const offset = view.getUint16(offsets + i);
    for (let code = view.getUint16(starts + i); code <= view.getUint16(ends + i); code++) {
      const raw =
        offset === 0 ? code : view.getUint16(offsets + i + offset + 2 * (code - view.getUint16(starts + i)));
      const glyph = offset !== 0 && raw === 0 ? 0 : (raw + view.getUint16(deltas + i)) & 0xffff;
      if (glyph !== 0) glyphs.set(code, glyph);
      if (code === 0xffff) break;
    }
  }
}
