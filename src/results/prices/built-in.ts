// The bundler puts the file's text into the executable.
import text from "../../../fixtures/prices.yaml" with { type: "text" };
import { type PriceSheet, parsePriceSheet } from "./price-sheet.ts";

/** The prices that inferbench comes with. */
export function builtInPrices(): PriceSheet {
  return parsePriceSheet(text, "fixtures/prices.yaml");
}
