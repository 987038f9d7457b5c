/** So many may go at a time; the others wait, first come first served. */
export class Slots {
  /** How many hold a slot. */
  taken = 0;
  /** Whether anybody had to wait. */
  wereFull = false;
  readonly #count: number;
  readonly #waiting: ((isGranted: boolean) => void)[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  /** Takes a slot where one is free and nobody waits. @returns whether it did */
  tryTake(): boolean {
    if (this.taken >= this.#count) {
      this.wereFull = true;
      return false;
    }
    this.taken++;
    return true;
  }

  /** Waits for a slot. @returns whether it got one: false after `giveUp` */
  wait(): Promise<boolean> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a slot back, which goes to whoever waits longest. @param passOn false: to nobody, from now on */
  release(passOn: boolean): void {
    const next = passOn ? this.#waiting.shift() : undefined;
    if (next === undefined) this.taken--;
    else next(true);
  }

  /** Nobody waits any longer. */
  giveUp(): void {
    for (const resolve of this.#waiting.splice(0)) resolve(false);
  }
}
