import { element, shape } from "../dom.ts";
import { sample } from "./draw.ts";
import { SAMPLE_PX } from "./layout.ts";
import type { Reading, Readout } from "./readouts.ts";

const GAP_PX = 14;

/** The box with the values under the pointer, the crosshair, and a ring around each value. */
export class Tooltip {
  readonly #box = element("div", { class: "readout", role: "status", hidden: "" });
  readonly #marks = shape("svg", { class: "crosshair", "aria-hidden": "true" });

  constructor(host: HTMLElement) {
    host.append(this.#marks, this.#box);
  }

  hide(): void {
    this.#box.hidden = true;
    this.#marks.replaceChildren();
  }

  show(
    { x, title, readouts }: Reading,
    y: number,
    size: { widthPx: number; heightPx: number; top: number; bottom: number },
  ): void {
    this.#marks.setAttribute("width", String(size.widthPx));
    this.#marks.setAttribute("height", String(size.heightPx));
    const rings = readouts.flatMap(({ at }) =>
      at === null ? [] : [shape("circle", { class: "ring", cx: at[0], cy: at[1], r: 4.5 })],
    );
    this.#marks.replaceChildren(
      shape("path", { class: "cross", d: `M${x} ${size.top}V${size.bottom}` }),
      ...rings,
    );
    this.#box.replaceChildren(element("p", { class: "readout-title" }, title), ...rows(readouts));
    this.#box.hidden = false;
    const { offsetWidth, offsetHeight } = this.#box;
    const right = x + GAP_PX + offsetWidth <= size.widthPx;
    const left = right ? x + GAP_PX : Math.max(0, x - GAP_PX - offsetWidth);
    const top = Math.min(Math.max(0, y - offsetHeight / 2), Math.max(0, size.heightPx - offsetHeight));
    this.#box.style.transform = `translate(${left}px, ${top}px)`;
  }
}

function rows(readouts: readonly Readout[]): HTMLElement[] {
  const made: HTMLElement[] = [];
  let panel = "";
  for (const { panel: of, key, name, value } of readouts) {
    if (of !== panel) made.push(element("p", { class: "readout-panel" }, of));
    panel = of;
    const picture = shape("svg", { width: SAMPLE_PX, height: 12, "aria-hidden": "true" });
    if (key !== null) picture.append(...sample({ text: "", key }, 0, 6));
    made.push(
      element(
        "p",
        { class: "readout-row" },
        picture,
        element("span", { class: "readout-name" }, name),
        element("b", {}, value),
      ),
    );
  }
  return made;
}
