import type { RequestTableData } from "../../requests/columns.ts";
import { element } from "../dom.ts";
import { cellText } from "./cells.ts";
import { type Column, FAILED, type Filter, filtered, OK, orderBy, unpacked } from "./rows.ts";

const ROW_PX = 25;
/** Rows drawn above and below those in sight. */
const SPARE = 12;
/** Rows on paper: the table is for looking things up. */
const PRINTED = 60;

interface Parts {
  box: HTMLElement;
  table: HTMLTableElement;
  body: HTMLTableSectionElement;
  count: HTMLElement;
  filters: HTMLSelectElement[];
  text: HTMLInputElement;
}

/** The table of requests: sorted by any column, filtered, and only the rows in sight in the document. */
export class RequestTable {
  readonly #parts: Parts;
  readonly #columns: readonly Column[];
  #sorted = { id: "", isDown: false };
  #order: Uint32Array;
  #shown: Uint32Array;
  #drawnFrom = -1;
  #isPrinting = false;

  constructor(parts: Parts, columns: readonly Column[]) {
    this.#parts = parts;
    this.#columns = columns;
    this.#order = Uint32Array.from(columns[0]!.values, (_, row) => row);
    this.#shown = this.#order;
    const head = element("tr");
    for (const column of columns) head.append(this.#heading(column));
    parts.table.tHead!.replaceChildren(head);
    parts.table.setAttribute("aria-colcount", String(columns.length));
    this.#fillFilters();
    parts.box.addEventListener("scroll", () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(parts.box);
    addEventListener("beforeprint", () => this.#print(true));
    addEventListener("afterprint", () => this.#print(false));
    this.#apply();
  }

  #heading(column: Column): HTMLElement {
    const { id, title, unit, definition } = column;
    const button = element(
      "button",
      { type: "button", title: definition },
      unit === "" ? title : `${title}, ${unit}`,
    );
    const cell = element(
      "th",
      { scope: "col", "data-column": id, class: column.kind === "name" ? "text" : "number" },
      button,
    );
    button.addEventListener("click", () => this.#sortBy(id));
    return cell;
  }

  #sortBy(id: string): void {
    const column = this.#columns.find((one) => one.id === id)!;
    const isAgain = this.#sorted.id === id;
    // What is large is looked for first in measurements; names and numbers begin at their first.
    const isDown = isAgain ? !this.#sorted.isDown : column.kind === "duration";
    this.#sorted = { id, isDown };
    this.#order = orderBy(column, isDown);
    for (const cell of this.#parts.table.tHead!.querySelectorAll("th")) {
      if (cell.dataset.column === id) cell.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    this.#apply();
  }

  #fillFilters(): void {
    for (const select of this.#parts.filters) {
      const column = this.#columns.find(({ id }) => id === select.dataset.column);
      const names = (column?.names ?? []).filter((name) => name !== "").toSorted();
      const hasFailures = select.dataset.column === "outcome" && names.some((name) => name !== OK);
      for (const name of hasFailures ? [FAILED, ...names] : names)
        select.append(element("option", { value: name }, name));
      select.disabled = names.length < 2 && select.dataset.column !== "outcome";
      select.addEventListener("change", () => this.#apply());
    }
    this.#parts.text.addEventListener("input", () => this.#apply());
  }

  #filter(): Filter {
    const exact = new Map(this.#parts.filters.map((select) => [select.dataset.column!, select.value]));
    return { exact, text: this.#parts.text.value };
  }

  #apply(): void {
    this.#shown = filtered(this.#order, this.#columns, this.#filter());
    const [shown, all] = [this.#shown.length, this.#order.length];
    const number = (n: number) => n.toLocaleString("en");
    this.#parts.count.textContent =
      shown === all ? `${number(all)} rows` : `${number(shown)} of ${number(all)} rows`;
    this.#parts.table.setAttribute("aria-rowcount", String(shown + 1));
    this.#parts.box.scrollTop = 0;
    this.#drawnFrom = -1;
    this.#draw();
  }

  #print(isPrinting: boolean): void {
    this.#isPrinting = isPrinting;
    this.#drawnFrom = -1;
    this.#draw();
  }

  /** The rows in sight, between two rows as high as all that are not; on paper the first ones. */
  #draw(): void {
    const { box, body } = this.#parts;
    const total = this.#shown.length;
    const first = this.#isPrinting ? 0 : Math.floor(box.scrollTop / ROW_PX);
    // Whole steps, so that most scrolling draws nothing.
    const from = Math.max(0, Math.floor(first / SPARE) * SPARE - SPARE);
    const many = this.#isPrinting ? PRINTED : Math.ceil(box.clientHeight / ROW_PX) + 3 * SPARE;
    const until = Math.min(total, from + many);
    if (from === this.#drawnFrom && body.childElementCount === until - from + 2) return;
    this.#drawnFrom = from;
    const rows = [spacer(from * ROW_PX)];
    for (let place = from; place < until; place++) rows.push(this.#row(place));
    rows.push(spacer((total - until) * ROW_PX));
    body.replaceChildren(...rows);
  }

  #row(place: number): HTMLTableRowElement {
    const row = this.#shown[place]!;
    const made = element("tr", { "aria-rowindex": place + 2 });
    for (const column of this.#columns) {
      const text = cellText(column, row);
      const cell = element("td", { class: column.kind === "name" ? "text" : "number" }, text);
      if (column.id === "note") cell.title = text;
      if (column.id === "outcome" && text !== OK) cell.classList.add("bad");
      made.append(cell);
    }
    return made;
  }
}

function spacer(px: number): HTMLTableRowElement {
  const made = element("tr", { class: "spacer", "aria-hidden": "true" });
  made.style.height = `${px}px`;
  return made;
}

/** Starts the table inside its section. */
export async function startRequestTable(section: HTMLElement, data: RequestTableData): Promise<void> {
  const find = <E extends Element>(selector: string) => section.querySelector<E>(selector)!;
  const table = find<HTMLTableElement>("table");
  const columns = await unpacked(data);
  new RequestTable(
    {
      box: find<HTMLElement>(".rows"),
      table,
      body: table.tBodies[0]!,
      count: find<HTMLElement>(".count"),
      filters: [...section.querySelectorAll("select")],
      text: find<HTMLInputElement>("input"),
    },
    columns,
  );
  find<HTMLElement>(".controls").hidden = false;
}
