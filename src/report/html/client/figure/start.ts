import type { FigureData } from "../../figure-data.ts";
import { FigureView } from "./figure.ts";

/** Makes the page's figures, each when it comes near to being seen, and all of them before printing. */
export function startFigures(figures: readonly FigureData[]): void {
  const views = new Map<Element, FigureView>();
  const hosts = [...document.querySelectorAll<HTMLElement>("figure[data-figure]")];
  const viewOf = (host: HTMLElement) => {
    const place = Number(host.dataset.figure);
    const known = views.get(host);
    if (known !== undefined) return known;
    const made = new FigureView(host, figures[place]!, `clip-${place}`);
    views.set(host, made);
    sizes.observe(host);
    return made;
  };
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) views.get(target)?.draw();
  });
  const nearness = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        nearness.unobserve(target);
        viewOf(target as HTMLElement).draw();
      }
    },
    { rootMargin: "800px" },
  );
  for (const host of hosts) nearness.observe(host);
  addEventListener("beforeprint", () => {
    for (const host of hosts) viewOf(host).draw(true);
  });
}
