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
  /** When the consumer asked for it, and when it had it. */
  "askedAt",
  "gotAt",
] as const;

export const STEP_FIELDS = [
  "step",
  "samples",
  "bytes",
  "askedAt",
  /** When the last microbatch was in memory: compute begins. */
  "loadedAt",
  "computeEndAt",
  /** The compute time asked for, in ms. */
  "computeMs",
] as const;

type Row<Fields extends readonly string[]> = Record<Fields[number], number>;
export type MicrobatchRow = Row<typeof MICROBATCH_FIELDS>;
export type StepRow = Row<typeof STEP_FIELDS>;

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
