/** What the consumer writes down, as rows of numbers, so that they cross to the main thread without a copy. Instants are in ms. */
export const MICROBATCH_FIELDS = [
  "step",
  "microbatch",
  "worker",
  "samples",
  /** Of the samples. */
  "bytes",
  /** Asked of the system for them: more with O_DIRECT, which reads whole blocks. */
  "requestedBytes",
  "readStartAt",
  "readEndAt",
  /** Mean over its reads of the time until the first byte came, ms; NaN (an empty cell) for samples on this machine. */
  "firstByteMs",
  /** Of its copy to the GPU: put on its way, and known to be there; NaN without one. */
  "copyStartAt",
  "copyEndAt",
  /** What the device took for it, by its own clock. */
  "copyMs",
  /** When the consumer asked for it, and when it had it. */
  "askedAt",
  "gotAt",
] as const;

export const STEP_FIELDS = [
  "step",
  "samples",
  "bytes",
  "askedAt",
  /** When the last microbatch was in memory, with a GPU in the device's: compute begins. */
  "loadedAt",
  "computeEndAt",
  /** The compute time asked for, in ms. */
  "computeMs",
] as const;

type Row<Fields extends readonly string[]> = Record<Fields[number], number>;
export type MicrobatchRow = Row<typeof MICROBATCH_FIELDS>;
export type StepRow = Row<typeof STEP_FIELDS>;

/** How long loading took: reading, and copying where there is a GPU; waiting for a turn between the two is no part of it. */
export function loadMsOf({
  readStartAt,
  readEndAt,
  copyMs,
}: Pick<MicrobatchRow, "readStartAt" | "readEndAt" | "copyMs">): number {
  return readEndAt - readStartAt + (Number.isNaN(copyMs) ? 0 : copyMs);
}

/** The rows in a block of numbers, by the fields' names. */
export function* rowsIn<Fields extends readonly string[]>(
  numbers: Float64Array,
  fields: Fields,
): Generator<Row<Fields>> {
  // A plain loop: this runs for each microbatch beside the readers, and Object.fromEntries took three times as long.
  for (let at = 0; at < numbers.length; at += fields.length) {
    const row: Record<string, number> = {};
    for (let i = 0; i < fields.length; i++) row[fields[i]!] = numbers[at + i]!;
    yield row as Row<Fields>;
  }
}
