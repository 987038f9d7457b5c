const SVG = "http://www.w3.org/2000/svg";

type Attributes = Readonly<Record<string, string | number>>;

/** An element of HTML with attributes and content; text is content, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...content);
  return made;
}

/** The same for SVG. */
export function shape<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...content: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...content);
  return made;
}

let context: CanvasRenderingContext2D | null | undefined;

/** Width in px of a text in the page's typeface. */
export function textWidth(text: string, px: number, weight = 400): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return 0.6 * px * text.length;
  context.font = `${weight} ${px}px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}
