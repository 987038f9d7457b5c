declare const APP_VERSION: string | undefined;

/** The version that scripts/build compiled in; `dev` when run from source. */
export const version: string = typeof APP_VERSION === "string" ? APP_VERSION : "dev";
