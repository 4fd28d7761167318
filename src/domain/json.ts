/**
 * JSON values as they cross every boundary (ours).
 * A value outside this type never enters history, the store or a prompt.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };
