/** A figure with its 95 % interval; a bound that is not known is null. */
export interface Bounded {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}
