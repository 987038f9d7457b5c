import { type Theme, themes } from "../figures/theme.ts";

/** The themes of figures as variables of CSS, so that pages have the same colours. */
export function themeStyle(): string {
  const dark = variables(themes.dark, "dark");
  const tones = themes.light.tones.map((_, tone) => `.t${tone}{--tone:var(--tone-${tone})}`).join("");
  return [
    `:root{${variables(themes.light, "light")}}`,
    `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}`,
    `@media screen{:root[data-theme=dark]{${dark}}}`,
    tones,
  ].join("");
}

function variables(
  { background, text, muted, grid, zone, warning, tones, fills }: Theme,
  scheme: string,
): string {
  const colours = Object.entries({ background, text, muted, grid, zone, warning });
  const numbered = tones.map((tone, i) => [`tone-${i}`, tone] as const);
  const areas = Object.entries(fills).flatMap(([name, { fill, stroke }]) => [
    [`fill-${name}`, fill] as const,
    [`edge-${name}`, stroke ?? "none"] as const,
  ]);
  return (
    [...colours, ...numbered, ...areas].map(([name, value]) => `--${name}:${value};`).join("") +
    `color-scheme:${scheme}`
  );
}
