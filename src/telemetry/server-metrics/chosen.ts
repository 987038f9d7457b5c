import type { SeriesHistory } from "./history.ts";

/** Labels by which servers tell models apart. */
const MODEL_LABELS = ["model_name", "model"];
/** Labels of parts of one engine that all say the same. */
const RANK_LABELS = ["tp_rank", "pp_rank"];
/** The server's program, its web framework: not its work. */
const ASIDE = /^(?:python|process|go|promhttp|http)_|_(?:created|info)$/;

/** Series that a summary is made of: of the model under test, where the server tells models apart and has that one; of one rank. */
export function chosenSeries(
  series: readonly SeriesHistory[],
  model: string,
): { series: SeriesHistory[]; model: string | null } {
  const own = series.filter(
    ({ family, name, labels }) =>
      !ASIDE.test(family) &&
      !ASIDE.test(name) &&
      RANK_LABELS.every((label) => (labels[label] ?? "0") === "0"),
  );
  const isOf = ({ labels }: SeriesHistory) => MODEL_LABELS.some((label) => labels[label] === model);
  if (!own.some(isOf)) return { series: own, model: null };
  const isOfOther = (one: SeriesHistory) =>
    !isOf(one) && MODEL_LABELS.some((label) => one.labels[label] !== undefined);
  return { series: own.filter((one) => !isOfOther(one)), model };
}
