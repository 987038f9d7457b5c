/* What a figure shows, without how it looks: figure functions make these, chart.ts draws them in a theme. */

/** [x, y] in the axes' own units. */
export type Point = readonly [number, number];

export type Marker = "circle" | "triangle" | "square" | "diamond" | "down" | "cross";

/** Told apart by colour, dash and marker at once, so that any one of them may be lost. */
export interface Style {
  /** Which of the theme's colours. */
  tone: number;
  dash: "solid" | "dashed" | "dotted" | "dash-dot";
  marker: Marker;
}

/** What an area stands for; the theme says how it is filled. */
export type Fill = "bar" | "waiting" | "first" | "rest" | "unfinished" | "failed";

/** A number with its 95 % interval, drawn as a bar through the point; a bound that is not known (null) leaves it open to the plot's edge. */
export interface Spread {
  at: Point;
  low: number | null;
  high: number | null;
  /** The truth is at least the point's value: an arrow instead of an open end. */
  isLowerBound?: boolean;
}

/** A bar from 0 up, with its 95 % interval and, above it, its numbers. */
export interface Bar {
  /** Its sides, in units of x. */
  from: number;
  to: number;
  value: number;
  /** null: not known; a bound that is not known leaves it open. */
  interval: { low: number | null; high: number | null } | null;
  /** Lines, the first one bold. */
  label: readonly string[];
}

export type Layer =
  | {
      kind: "line";
      style: Style;
      points: readonly Point[];
      /** Goes along and then up, as a distribution or a count does. */
      stepped?: boolean;
      /** Whether its points are marked. */
      marked?: boolean;
      /** Thin lines stand behind. */
      thin?: boolean;
      /** Numbers of the points whose marker is a cross. */
      crossed?: readonly number[];
    }
  | { kind: "points"; style: Style; points: readonly Point[]; small?: boolean; crossed?: readonly number[] }
  | { kind: "labels"; labels: readonly { at: Point; text: string }[] }
  | { kind: "boxes"; fill: Fill; boxes: readonly { from: Point; to: Point }[] }
  /** All of one look: pattern and colour by number. */
  | { kind: "bars"; look: number; bars: readonly Bar[] }
  | {
      kind: "spreads";
      style: Style;
      along: "x" | "y";
      spreads: readonly Spread[];
      /** Whether what is open ends close to its point and not at the plot's edge: where there are many. */
      stubs?: boolean;
    }
  /** A line across the panel at a value of x or y. */
  | { kind: "rule"; along: "x" | "y"; at: number }
  /** A stretch of x that is set off; null: to the plot's edge. */
  | { kind: "zone"; from: number | null; to: number | null };

export interface Axis {
  scale: "linear" | "log";
  /** The values that have to be seen; the drawn range goes on to the next round value, or where `tight` ends with them. */
  domain: readonly [number, number];
  tight?: boolean;
  /** A tick's value as text; the unit stands in the axis's name. */
  format(value: number): string;
}

export interface Panel {
  /** What y is, with its unit. */
  name: string;
  y: Axis;
  layers: readonly Layer[];
  /** Share of the height, 1 where nothing is said. */
  weight?: number;
  /** Without ticks and grid, where y only numbers things. */
  bare?: boolean;
  /** What its lines are, on the row of its name. */
  key?: readonly LegendEntry[];
}

export interface LegendEntry {
  text: string;
  key:
    | { kind: "line"; style: Style; marked: boolean }
    | { kind: "point"; style: Style }
    | { kind: "fill"; fill: Fill }
    | { kind: "bar"; look: number };
}

/** An x without numbers: things side by side, the i-th from i - 0.5 to i + 0.5, each with lines of text below it, the first one bold. */
export interface Groups {
  scale: "groups";
  name: string;
  groups: readonly (readonly string[])[];
}

/** A row of the table under a figure: where, when and with what it was measured. */
export interface Fact {
  name: string;
  value: string;
}

export interface Figure {
  /** File name without its ending. */
  name: string;
  title: string;
  /** What is shown and over how many: sample sizes stand here. */
  subtitle: string;
  /** What the reader has to know before believing it (a killed run, an unfit client). */
  caution: string | null;
  /** One above the other, on one x axis. */
  panels: readonly Panel[];
  x: (Axis & { name: string }) | Groups;
  legend: readonly LegendEntry[];
  facts: readonly Fact[];
  /** Height of the panels together in px, where the theme does not fix the page. */
  plotHeight: number;
}
