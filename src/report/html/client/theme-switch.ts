const KEY = "inferbench-theme";
const CHOICES = ["auto", "light", "dark"] as const;
type Choice = (typeof CHOICES)[number];

/** The button that goes through automatic, light and dark; what was chosen is kept where the browser lets a file keep anything. */
export function startThemeSwitch(button: HTMLButtonElement): void {
  let chosen = saved();
  const apply = () => {
    if (chosen === "auto") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.setAttribute("data-theme", chosen);
    button.textContent = `Theme: ${chosen}`;
  };
  button.addEventListener("click", () => {
    chosen = CHOICES[(CHOICES.indexOf(chosen) + 1) % CHOICES.length]!;
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // Kept for this visit alone.
    }
    apply();
  });
  button.hidden = false;
  apply();
}

function saved(): Choice {
  try {
    const text = localStorage.getItem(KEY);
    return CHOICES.find((choice) => choice === text) ?? "auto";
  } catch {
    return "auto";
  }
}
