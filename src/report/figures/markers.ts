import type { Marker } from "./spec.ts";

type Outline = readonly (readonly [number, number])[];

const DISC: Outline = Array.from({ length: 24 }, (_, i) => {
  const angle = (2 * Math.PI * i) / 24;
  return [Math.cos(angle) / 2, Math.sin(angle) / 2];
});

/** Half the width of a cross's arms. */
const ARM = 0.13;

/** Outlines in a box from -0.5 to 0.5, y downwards; one definition for the plot and for its key. */
const OUTLINES: Readonly<Record<Marker, Outline>> = {
  circle: DISC,
  triangle: [
    [0, -0.5],
    [0.5, 0.5],
    [-0.5, 0.5],
  ],
  square: [
    [-0.45, -0.45],
    [0.45, -0.45],
    [0.45, 0.45],
    [-0.45, 0.45],
  ],
  diamond: [
    [0, -0.58],
    [0.58, 0],
    [0, 0.58],
    [-0.58, 0],
  ],
  down: [
    [0, 0.5],
    [0.5, -0.5],
    [-0.5, -0.5],
  ],
  cross: [
    [0, -ARM],
    [0.5 - ARM, -0.5],
    [0.5, ARM - 0.5],
    [ARM, 0],
    [0.5, 0.5 - ARM],
    [0.5 - ARM, 0.5],
    [0, ARM],
    [ARM - 0.5, 0.5],
    [-0.5, 0.5 - ARM],
    [-ARM, 0],
    [-0.5, ARM - 0.5],
    [ARM - 0.5, -0.5],
  ],
};

/** The marker's corners around a centre, in px. */
export function markerPolygon(marker: Marker, x: number, y: number, sizePx: number): [number, number][] {
  return OUTLINES[marker].map(([dx, dy]) => [x + dx * sizePx, y + dy * sizePx]);
}

/** As an ECharts symbol. */
export function markerSymbol(marker: Marker): string {
  return `path://M${OUTLINES[marker].map((corner) => corner.join(",")).join("L")}Z`;
}
