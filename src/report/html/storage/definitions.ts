import { type Definition, definedBy, definitionList } from "../definition-list.ts";
import { type Html, html } from "../html.ts";

/* Every word of a storage run's page that has a definition; METHODS.md has them at length. */

const times = [
  {
    id: "metric-microbatchLoadMs",
    name: "microbatch, loading",
    text: "a reader takes it up (opening its files included) until its last byte is in memory, with --to-gpu on the GPU",
  },
  {
    id: "metric-microbatchCopyMs",
    name: "of it, copying",
    text: "what the GPU took for the copy, by its own clock",
  },
  {
    id: "metric-microbatchWaitMs",
    name: "microbatch, waiting",
    text: "the consumer asks for it until it has it: nothing where it was loaded ahead",
  },
  {
    id: "metric-stepLoadMs",
    name: "step, loading",
    text: "its first microbatch is asked for until its last is in memory",
  },
  { id: "metric-stepMs", name: "step, with compute", text: "a step's loading and its emulated compute" },
  {
    id: "metric-firstByteMs",
    name: "read, first byte",
    text: "of each read from a store: from sending its first request to the first byte of the answer, failed tries included",
  },
] as const satisfies readonly Definition[];

const terms = [
  {
    id: "term-throughput",
    name: "throughput",
    text: "samples, and their bytes, over the time of the counted steps, compute included; the interval is that of the mean step",
  },
  {
    id: "term-au",
    name: "AU, accelerator utilisation",
    text: "compute asked for / (compute and waiting for data), over the counted steps; fed is an accelerator that reaches 95 % of the null source's",
  },
  {
    id: "term-null",
    name: "null source",
    text: "a source that hands out microbatches without reading, through the same harness: what its AU lacks to 100 % is the harness's own",
  },
  {
    id: "term-jitter",
    name: "jitter",
    text: "mean absolute difference of successive step times, the compute asked for taken out of each",
  },
  {
    id: "term-asked",
    name: "asked of the system",
    text: "bytes that the readers asked for, or that came over the wire, over the bytes of the samples; warm-up included",
  },
  {
    id: "term-storage",
    name: "read from storage",
    text: "bytes that the kernel read for this process (/proc/self/io) over those of the samples: readahead makes it more, the page cache less",
  },
  {
    id: "term-device",
    name: "read by the device",
    text: "bytes that the block device read (/proc/diskstats), others' reads included, over those of the samples",
  },
  {
    id: "term-cache",
    name: "page cache",
    text: "share of the pages in memory of the files that the run reads, before it and after it, by cachestat or mincore",
  },
  {
    id: "term-hot",
    name: "hot spots",
    text: "share of the samples that fall on the most-read file: of a step (the mean), and of the run; even: what each file would have",
  },
  {
    id: "term-readers",
    name: "readers at work",
    text: "readers that load something, at the same time: mean over the counted steps, and the most",
  },
  {
    id: "term-queue",
    name: "queue depth",
    text: "reads under way of each reader, asked for and reached; the mean is over the time that any is",
  },
  { id: "term-cpu", name: "CPU-s/GB", text: "the process's CPU time over the bytes of the samples" },
  { id: "term-n", name: "n", text: "microbatches, steps or reads of counted steps; warm-up is left out" },
  {
    id: "term-interval",
    name: "95 % interval",
    text: "of independent values by order statistics (quantiles) and Student's t (mean); of dependent ones by a block bootstrap. ?: n is too small for this bound",
  },
  { id: "term-small", name: "*", text: "n is too small to trust this quantile: n < 5/(1-q)" },
  {
    id: "term-harness",
    name: "harness",
    text: "fit, doubtful or unfit: whether readers, consumer and emulated compute cost little enough for the figures to be the storage's",
  },
] as const satisfies readonly Definition[];

export type StorageTerm = (typeof terms)[number]["id"] | (typeof times)[number]["id"];

/** The times that a table shows, by their keys in summary.json. */
export const storageTimes: readonly { id: string; name: string; term: StorageTerm }[] = times.map(
  ({ id, name }) => ({ id: id.replace("metric-", ""), name, term: id }),
);

/** A word whose definition shows on hover and on focus. */
export function defined(text: string, id: StorageTerm): Html {
  return definedBy(text, id);
}

export function definitionsHtml(): Html {
  return html`${definitionList("Times, in ms", times)}${definitionList("Terms", terms)}`;
}
