import type { Pixel } from "../../../figures/overlap.ts";
import type { LegendEntry } from "../../../figures/spec.ts";
import type { FigureData } from "../../figure-data.ts";
import { element, shape } from "../dom.ts";
import { drawn, sample } from "./draw.ts";
import { layOut, SAMPLE_PX, type Spots, type Zoom } from "./layout.ts";
import { readingAt, stopsOf } from "./readouts.ts";
import type { View } from "./scale.ts";
import { Tooltip } from "./tooltip.ts";
import { rubberOf, zoomAround, zoomOf } from "./zoom.ts";

const WHEEL_FACTOR = 1.25;
const KEY_FACTOR = 1.6;

/** One figure in the page: drawn as wide as its place, with values under the pointer or the arrow keys, and zoom. */
export class FigureView {
  readonly #figure: FigureData;
  readonly #id: string;
  readonly #plot: HTMLElement;
  readonly #canvas: HTMLElement;
  readonly #reset: HTMLButtonElement;
  readonly #tooltip: Tooltip;
  #spots: Spots | null = null;
  #zoom: Zoom;
  #dragFrom: Pixel | null = null;
  #cursor: Pixel | null = null;

  constructor(host: HTMLElement, figure: FigureData, id: string) {
    this.#figure = figure;
    this.#id = id;
    this.#zoom = this.#unzoomed();
    this.#plot = host.querySelector<HTMLElement>(".plot")!;
    this.#reset = host.querySelector<HTMLButtonElement>(".reset")!;
    this.#canvas = element("div");
    this.#plot.append(this.#canvas);
    this.#tooltip = new Tooltip(this.#plot);
    host.querySelector(".legend")!.append(...figure.legend.map(legendItem));
    this.#listen();
  }

  /** Draws it for the width that it has; nothing where it has none or the same. */
  draw(force = false): void {
    const widthPx = Math.floor(this.#plot.clientWidth);
    if (widthPx < 50 || (!force && this.#spots?.widthPx === widthPx)) return;
    this.#spots = layOut(this.#figure, widthPx, this.#zoom);
    this.#canvas.replaceChildren(drawn(this.#spots, this.#figure.x.name, this.#id));
    this.#tooltip.hide();
    this.#reset.hidden = this.#zoom.x === null && this.#zoom.y.every((view) => view === null);
  }

  #unzoomed(): Zoom {
    return { x: null, y: this.#figure.panels.map(() => null) };
  }

  #setZoom(zoom: Zoom): void {
    this.#zoom = zoom;
    this.draw(true);
  }

  #listen(): void {
    const plot = this.#plot;
    const place = (event: MouseEvent): [number, number] => {
      const { left, top } = this.#canvas.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    plot.addEventListener("pointermove", (event) => {
      if (this.#dragFrom === null) this.#show(place(event));
      else this.#stretch(this.#dragFrom, place(event));
    });
    plot.addEventListener("pointerleave", () => {
      if (this.#dragFrom === null) this.#tooltip.hide();
    });
    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.#dragFrom = place(event);
      plot.setPointerCapture(event.pointerId);
    });
    plot.addEventListener("pointerup", (event) => {
      const from = this.#dragFrom;
      this.#dragFrom = null;
      this.#canvas.querySelector(".rubber")?.remove();
      if (from === null || this.#spots === null) return;
      const zoom = zoomOf(this.#spots, this.#zoom, from, place(event));
      if (zoom !== null) this.#setZoom(zoom);
    });
    plot.addEventListener("pointercancel", () => {
      this.#dragFrom = null;
      this.#canvas.querySelector(".rubber")?.remove();
    });
    plot.addEventListener("dblclick", () => this.#setZoom(this.#unzoomed()));
    this.#reset.addEventListener("click", () => {
      this.#setZoom(this.#unzoomed());
      plot.focus();
    });
    plot.addEventListener(
      "wheel",
      (event) => {
        // Without a key the wheel scrolls the page.
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.#closer(place(event)[0], event.deltaY < 0 ? WHEEL_FACTOR : 1 / WHEEL_FACTOR);
      },
      { passive: false },
    );
    plot.addEventListener("keydown", (event) => {
      if (this.#key(event.key)) event.preventDefault();
    });
    plot.addEventListener("blur", () => this.#tooltip.hide());
  }

  #show(at: Pixel): void {
    const spots = this.#spots;
    if (spots === null) return;
    const [top, bottom] = [spots.panels[0]!.plot.y, spots.panels.at(-1)!.plot];
    const { x, width } = bottom;
    if (at[0] < x - 4 || at[0] > x + width + 4) {
      this.#tooltip.hide();
      return;
    }
    const inside = [Math.min(x + width, Math.max(x, at[0])), at[1]] as const;
    const reading = readingAt(this.#figure, spots, inside);
    this.#cursor = [reading.x, at[1]];
    const { widthPx, heightPx } = spots;
    this.#tooltip.show(reading, at[1], { widthPx, heightPx, top, bottom: bottom.y + bottom.height });
  }

  #stretch(from: Pixel, to: Pixel): void {
    this.#tooltip.hide();
    this.#canvas.querySelector(".rubber")?.remove();
    const rubber = this.#spots && rubberOf(this.#spots, from, to);
    if (rubber) this.#canvas.firstElementChild!.append(shape("rect", { class: "rubber", ...rubber }));
  }

  #closer(px: number, factor: number): void {
    if (this.#spots === null) return;
    const whole = layOut(this.#figure, this.#spots.widthPx, this.#unzoomed()).x;
    const view: View = [whole.valueAt(whole.min), whole.valueAt(whole.max)];
    this.#setZoom(zoomAround(this.#spots, this.#zoom, px, factor, view));
  }

  /** @returns whether the key is one of ours */
  #key(key: string): boolean {
    const spots = this.#spots;
    if (spots === null) return false;
    const { plot } = spots.panels[0]!;
    const [x, y] = this.#cursor ?? [plot.x, plot.y + plot.height / 2];
    switch (key) {
      case "ArrowLeft":
      case "ArrowRight":
      case "Home":
      case "End": {
        const stops = stopsOf(spots);
        const next = {
          ArrowLeft: stops.findLast((stop) => stop < x - 1.5),
          ArrowRight: stops.find((stop) => stop > x + 1.5),
          Home: stops[0],
          End: stops.at(-1),
        }[key];
        this.#show([next ?? x, y]);
        return true;
      }
      case "+":
      case "=":
        this.#closer(x, KEY_FACTOR);
        return true;
      case "-":
        this.#closer(x, 1 / KEY_FACTOR);
        return true;
      case "0":
      case "Escape":
        this.#setZoom(this.#unzoomed());
        return true;
      default:
        return false;
    }
  }
}

function legendItem(entry: LegendEntry): HTMLElement {
  const picture = shape("svg", { width: SAMPLE_PX, height: 14, "aria-hidden": "true" });
  picture.append(...sample(entry, 0, 7));
  return element("li", {}, picture, element("span", {}, entry.text));
}
