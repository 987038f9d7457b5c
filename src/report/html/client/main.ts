import type { FigureData } from "../figure-data.ts";
import type { RequestTableData } from "../requests/columns.ts";
import { startDefinitionTips } from "./definition-tips.ts";
import { embedded } from "./dom.ts";
import { startFigures } from "./figure/start.ts";
import { startRequestTable } from "./table/table.ts";
import { startThemeSwitch } from "./theme-switch.ts";

/* The program of report.html. Everything that is a number or a sentence is in the page without it; it draws, sorts and filters. */

startThemeSwitch(document.querySelector<HTMLButtonElement>("#theme")!);
startDefinitionTips();
startFigures(embedded<FigureData[]>("figures") ?? []);
const requests = embedded<RequestTableData>("request-data");
const section = document.getElementById("requests");
if (requests !== null && section !== null)
  startRequestTable(section, requests).then(
    () => performance.mark("interactive"),
    (error: unknown) => {
      section.querySelector(".count")!.textContent = `The table cannot be shown in this browser: ${error}`;
    },
  );
else performance.mark("interactive");
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-open]"))
  button.addEventListener("click", () => {
    for (const details of document.querySelectorAll<HTMLDetailsElement>(button.dataset.open!))
      details.open = true;
  });
