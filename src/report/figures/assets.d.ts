declare module "*.ttf" {
  /** Where the file lies, inside the executable too. */
  const path: string;
  export default path;
}

declare module "*.wasm" {
  const path: string;
  export default path;
}
