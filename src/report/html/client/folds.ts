/** What is folded opens by the buttons that say so, for a link into it, and for printing. */
export function startFolds(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-open]"))
    button.addEventListener("click", () => {
      for (const fold of document.querySelectorAll<HTMLDetailsElement>(button.dataset.open!))
        fold.open = true;
    });
  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener("hashchange", openTarget);
  openTarget();
}
