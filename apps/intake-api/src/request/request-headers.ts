/** Headers by their lower-cased names. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;
