import type { FigureData } from "../figure-data.ts";
import type { RequestTableData } from "../requests/columns.ts";
import { startDefinitionTips } from "./definition-tips.ts";
import { startFigures } from "./figure/start.ts";
import { startFolds } from "./folds.ts";
import { holdLoad } from "./hold-load.ts";
import { inflated } from "./inflate.ts";
import { startRequestTable } from "./table/table.ts";
import { startThemeSwitch } from "./theme-switch.ts";

/* The program of report.html. Everything that is a number or a sentence is in the page without it; it draws, sorts and filters. */

startThemeSwitch(document.querySelector<HTMLButtonElement>("#theme")!);
startDefinitionTips();
startFolds();
const letGo = holdLoad();
start()
  .then(
    () => performance.mark("interactive"),
    (error: unknown) => {
      for (const place of document.querySelectorAll(".plot, .count"))
        place.textContent = `This browser cannot unpack the page's data: ${error}`;
    },
  )
  .finally(letGo);

async function start(): Promise<void> {
  const bytes = await inflated(document.getElementById("figures")!.textContent ?? "");
  startFigures(JSON.parse(new TextDecoder().decode(bytes)) as FigureData[]);
  const data = document.getElementById("request-data")?.textContent;
  const section = document.getElementById("requests");
  if (data && section !== null) await startRequestTable(section, JSON.parse(data) as RequestTableData);
}
