import type { Fill } from "./spec.ts";
import type { ThemeName } from "./theme-names.ts";

/** How an area looks; colours as #rrggbb. */
export interface FillLook {
  fill: string;
  /** Outline, or null. */
  stroke: string | null;
}

/** The canvas in px. */
export interface Page {
  widthPx: number;
  /** null: as high as the figure needs. */
  heightPx: number | null;
  marginPx: number;
  /** The SVG's own size where px are not it. */
  size: { width: string; height: string } | null;
  /** Pixels of a PNG for each px. */
  zoom: number;
}

/** How figures look; the functions that make them know nothing of it. */
export interface Theme {
  page: Page;
  background: string;
  text: string;
  /** Less important text, and axes. */
  muted: string;
  grid: string;
  /** A stretch that is set off. */
  zone: string;
  /** Text that warns. */
  warning: string;
  /** Colours of series. */
  tones: readonly string[];
  /** Whether every second tone has hollow markers, where colours do not tell. */
  isMonochrome: boolean;
  fills: Readonly<Record<Fill, FillLook>>;
}

/*
 * Okabe & Ito, "Color Universal Design" (2008, jfly.uni-koeln.de/color): eight colours that stay apart for the common kinds of
 * colour blindness. Ordered by contrast with the background; the yellow is left out on white and the black on dark.
 */
const BLUE = "#0072b2";
const VERMILLION = "#d55e00";
const GREEN = "#009e73";
const PURPLE = "#cc79a7";
const ORANGE = "#e69f00";
const SKY = "#56b4e9";
const YELLOW = "#f0e442";

const SCREEN: Page = { widthPx: 1100, heightPx: null, marginPx: 28, size: null, zoom: 1.5 };
/** A4, landscape, at CSS's 96 px an inch: one figure a page; a PNG has 192 dots an inch. */
const PAGE: Page = {
  widthPx: 1123,
  heightPx: 794,
  marginPx: 57,
  size: { width: "297mm", height: "210mm" },
  zoom: 2,
};

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    page: SCREEN,
    background: "#ffffff",
    text: "#1b1f24",
    muted: "#5a626c",
    grid: "#e4e7eb",
    zone: "#eef3f8",
    warning: "#b33c00",
    tones: [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, "#000000"],
    isMonochrome: false,
    fills: {
      bar: { fill: "#7fb8d8", stroke: BLUE },
      waiting: { fill: "#c9ced4", stroke: null },
      first: { fill: ORANGE, stroke: null },
      rest: { fill: BLUE, stroke: null },
      unfinished: { fill: PURPLE, stroke: null },
      failed: { fill: VERMILLION, stroke: null },
    },
  },
  dark: {
    page: SCREEN,
    background: "#14181d",
    text: "#eceff3",
    muted: "#a3adb8",
    grid: "#2b323a",
    zone: "#1d252e",
    warning: "#ffa45c",
    tones: [SKY, ORANGE, GREEN, PURPLE, YELLOW, VERMILLION, "#ffffff"],
    isMonochrome: false,
    fills: {
      bar: { fill: "#2f6c90", stroke: SKY },
      waiting: { fill: "#59636e", stroke: null },
      first: { fill: ORANGE, stroke: null },
      rest: { fill: SKY, stroke: null },
      unfinished: { fill: PURPLE, stroke: null },
      failed: { fill: VERMILLION, stroke: null },
    },
  },
  print: {
    page: PAGE,
    background: "#ffffff",
    text: "#000000",
    muted: "#333333",
    grid: "#dddddd",
    zone: "#f2f2f2",
    warning: "#000000",
    tones: ["#000000"],
    isMonochrome: true,
    fills: {
      bar: { fill: "#cccccc", stroke: "#000000" },
      waiting: { fill: "#e6e6e6", stroke: "#999999" },
      first: { fill: "#a6a6a6", stroke: null },
      rest: { fill: "#000000", stroke: null },
      unfinished: { fill: "#5c5c5c", stroke: null },
      failed: { fill: "#ffffff", stroke: "#000000" },
    },
  },
};

/** The colour of a series: in black and white all have the same. */
export function toneOf(theme: Theme, tone: number): string {
  return theme.tones[tone % theme.tones.length]!;
}

/** Dashes in px, by the name that a style has. */
export const DASHES = { solid: [], dashed: [8, 4], dotted: [2, 3], "dash-dot": [9, 3, 2, 3] } as const;
