/** A box on the canvas, in px. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
