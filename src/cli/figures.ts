import { nextTurn } from "../core/wait.ts";
import { drawFigure } from "../report/figures/chart.ts";
import { pngOf } from "../report/figures/png.ts";
import type { FigureFormat } from "../report/figures/serving/names.ts";
import type { Figure } from "../report/figures/spec.ts";
import { themes } from "../report/figures/theme.ts";
import type { ThemeName } from "../report/figures/theme-names.ts";
import type { RunDirectory } from "../results/run-directory.ts";

/** How figures are written. */
export interface FigureLook {
  format: Exclude<FigureFormat, "none">;
  theme: ThemeName;
}

/**
 * Draws figures one after the other into files that the directory declares.
 * @param stop no further one is drawn once this is aborted; null: all are
 * @returns their paths
 * @throws ToolError naming a file that cannot be written
 */
export async function writeFigures(
  figures: Iterable<Figure>,
  { format, theme: themeName }: FigureLook,
  directory: RunDirectory,
  stop: AbortSignal | null = null,
): Promise<string[]> {
  const theme = themes[themeName];
  const written: string[] = [];
  for (const figure of figures) {
    // Drawing keeps the event loop from hearing a signal.
    await nextTurn();
    if (stop?.aborted === true) break;
    const { svg, widthPx } = drawFigure(figure, theme);
    const name = `${figure.name}.${format}`;
    directory.writeAtomic(name, format === "svg" ? svg : await pngOf(svg, widthPx, theme.page.zoom));
    written.push(directory.path(name));
  }
  return written;
}
