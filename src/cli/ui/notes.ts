import { createConsola } from "consola";
import { hasColour } from "../output.ts";

/** People's text on stderr: what happens, and what to look out for. */
export const notes = createConsola({
  stdout: process.stderr,
  stderr: process.stderr,
  formatOptions: { date: false, colors: hasColour(process.stderr), compact: true },
});
