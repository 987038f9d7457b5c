import { createConsola } from "consola";
import { wrapped } from "../../report/wrapped.ts";
import { hasColour, terminalColumns } from "../output.ts";

const lines = createConsola({
  stdout: process.stderr,
  stderr: process.stderr,
  formatOptions: { date: false, colors: hasColour(process.stderr), compact: true },
});

/** What stands before a text at most: ` ERROR  `. */
const LEAD = 8;

function told(text: string): string {
  return wrapped(text, terminalColumns(), { indent: 2, lead: LEAD });
}

/** People's text on stderr: what happens, and what to look out for. In a terminal it is broken between words, elsewhere lines stay whole. */
export const notes = {
  info: (text: string) => lines.info(told(text)),
  warn: (text: string) => lines.warn(told(text)),
  error: (text: string) => lines.error(told(text)),
};
