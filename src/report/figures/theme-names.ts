/** Nothing is imported here, so that flags can name the themes before figures are drawn. */
export const themeNames = ["light", "dark", "print"] as const;
export type ThemeName = (typeof themeNames)[number];
