/** The page of a run, in its directory. Nothing is imported here: the name is declared before a page is made. */
export const REPORT_FILE = "report.html";
