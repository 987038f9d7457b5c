import { describe, expect, test } from "bun:test";
import { themes, toneOf } from "./theme.ts";
import { themeNames } from "./theme-names.ts";

type Rgb = [number, number, number];

const rgb = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as Rgb;
const linear = (hex: string) =>
  rgb(hex).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as Rgb;

/** WCAG 2.2: 3 is asked for graphics, 4.5 for text. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, blue] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

/** Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB. */
const VISIONS: Record<string, readonly Rgb[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIE 1976 colour difference of two colours as such an eye sees them; about 2 can just be noticed. */
function difference(a: string, b: string, vision: readonly Rgb[]): number {
  const [p, q] = [a, b].map((hex) =>
    lab(vision.map((row) => row.reduce((sum, c, i) => sum + c * linear(hex)[i]!, 0)) as Rgb),
  );
  return Math.hypot(...p!.map((c, i) => c - q![i]!));
}

function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** As many series as a figure has. */
const SERIES = 4;

describe.each([...themeNames])("the theme %s", (name) => {
  const theme = themes[name];

  test("has text and series that stand out", () => {
    for (const colour of [theme.text, theme.muted, theme.warning]) {
      expect(contrast(colour, theme.background), colour).toBeGreaterThan(4.5);
      expect(contrast(colour, theme.zone), colour).toBeGreaterThan(4.5);
    }
    for (let tone = 0; tone < SERIES; tone++)
      expect(contrast(toneOf(theme, tone), theme.background)).toBeGreaterThan(2.9);
  });
});

describe.each(["light", "dark"] as const)("the colours of %s", (name) => {
  test.each(Object.keys(VISIONS))("differ for %s", (vision) => {
    const tones = themes[name].tones.slice(0, SERIES);
    const pairs = tones.flatMap((a, i) => tones.slice(i + 1).map((b) => difference(a, b, VISIONS[vision]!)));
    expect(Math.min(...pairs)).toBeGreaterThan(15);
  });
});

test("print has no colour at all", () => {
  const { page: _, ...look } = themes.print;
  const colours = JSON.stringify(look).match(/#[0-9a-f]{6}/g)!;
  expect(colours.length).toBeGreaterThan(10);
  for (const colour of colours) expect(new Set(rgb(colour)).size).toBe(1);
});
