import { describe, expect, test } from "bun:test";
import { drawFigure } from "./chart.ts";
import { decodePng } from "./png.fake.ts";
import { pngOf } from "./png.ts";
import { fakeRun } from "./serving/run.fake.ts";
import { figuresOfRun } from "./serving/run-figures.ts";
import { themes } from "./theme.ts";
import { themeNames } from "./theme-names.ts";

const figures = [...figuresOfRun(fakeRun({ gpus: 2 }))];

describe.each([...themeNames])("a PNG in the theme %s", (name) => {
  const theme = themes[name];

  test.each(figures.map((figure) => [figure.name, figure] as const))("%s", async (_, figure) => {
    const { svg, widthPx, heightPx } = drawFigure(figure, theme);
    const { width, height, pixels } = decodePng(await pngOf(svg, widthPx, theme.page.zoom));
    expect([width, height]).toEqual([widthPx * theme.page.zoom, heightPx * theme.page.zoom]);
    const background = Number.parseInt(theme.background.slice(1), 16);
    let [transparent, coloured, drawn] = [0, 0, 0];
    for (let i = 0; i < pixels.length; i += 4) {
      const [r, g, b, alpha] = pixels.subarray(i, i + 4) as unknown as [number, number, number, number];
      if (alpha !== 255) transparent++;
      if (r !== g || g !== b) coloured++;
      if ((r << 16) + (g << 8) + b !== background) drawn++;
    }
    expect(transparent).toBe(0);
    expect(drawn / (width * height)).toBeGreaterThan(0.01);
    if (name === "print") expect(coloured).toBe(0);
    else expect(coloured).toBeGreaterThan(1000);
  });
});

describe("text in a PNG", () => {
  const SIZE = 40;

  /** Which pixels a text covers. */
  async function ink(text: string, weight = 400): Promise<string> {
    const svg = `<svg width="${SIZE}" height="${SIZE}" viewBox="0 0 ${SIZE} ${SIZE}" xmlns="http://www.w3.org/2000/svg"><text x="5" y="30" style="font-size:28px;font-family:Inter, Helvetica, sans-serif;font-weight:${weight};">${text}</text></svg>`;
    const { pixels } = decodePng(await pngOf(svg, SIZE, 1));
    return Array.from({ length: SIZE * SIZE }, (_, i) => (pixels[4 * i + 3]! > 127 ? "#" : ".")).join("");
  }

  test("is drawn, each letter in a shape of its own", async () => {
    const letters = [..."AaBb0189%≤µ·×…äЖΩ"];
    const shapes = await Promise.all(letters.map((letter) => ink(letter)));
    expect(new Set(shapes).size).toBe(letters.length);
    for (const [i, shape] of shapes.entries()) expect(shape, letters[i]).toContain("#");
  });

  test("has two weights", async () => {
    const [regular, bold] = [await ink("m", 400), await ink("m", 600)];
    expect(bold.split("#").length).toBeGreaterThan(regular.split("#").length * 1.1);
  });

  test("has a question mark for what the font cannot draw, no empty box", async () => {
    expect(await ink("漢")).toBe(await ink("?"));
  });
});
