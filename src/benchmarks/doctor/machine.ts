/** Where the checks look. */
export interface Machine {
  /** Where /proc, /sys and /etc are: `/`, or a stand-in tree in tests. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
}
