import { element } from "./dom.ts";

const MARGIN_PX = 8;

/** Shows what a marked word means while the pointer or the focus is on it; the text itself stands in the section of definitions. */
export function startDefinitionTips(): void {
  const tip = element("div", { class: "tip", role: "tooltip", id: "tip", hidden: "" });
  document.body.append(tip);
  let shownFor: Element | null = null;
  const hide = () => {
    tip.hidden = true;
    shownFor = null;
  };
  const show = (target: EventTarget | null) => {
    const word = target instanceof Element ? target.closest<HTMLElement>("[data-def]") : null;
    if (word === shownFor) return;
    if (word === null) return hide();
    const definition = document.getElementById(word.dataset.def!);
    if (definition === null) return hide();
    shownFor = word;
    tip.textContent = definition.textContent;
    tip.hidden = false;
    const { left, bottom, top } = word.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = tip;
    const x = Math.min(left, document.documentElement.clientWidth - offsetWidth - MARGIN_PX);
    const below = bottom + MARGIN_PX;
    const y = below + offsetHeight > innerHeight ? top - offsetHeight - MARGIN_PX : below;
    tip.style.transform = `translate(${Math.max(MARGIN_PX, x)}px, ${Math.max(MARGIN_PX, y)}px)`;
  };
  document.addEventListener("pointerover", ({ target }) => show(target));
  document.addEventListener("focusin", ({ target }) => show(target));
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
}
