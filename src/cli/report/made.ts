import { strictJson } from "../../results/strict-json.ts";

/** What `report` made. */
export interface Made {
  /** What there is to read of it, printed before the files: how several runs compare, say; null: nothing. */
  text: string | null;
  files: readonly string[];
}

/** As it is printed: the text and the files' paths, a line each. @param json the files alone, as JSON */
export function madeText({ text, files }: Made, { json }: { json: boolean }): string {
  if (json) return strictJson({ files });
  return [...(text === null ? [] : [text.trimEnd(), ""]), ...files].join("\n");
}
