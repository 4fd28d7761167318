/** Columns of a parquet file (ours): the few types that our rows need, none of them with keys that a row may lack. */

export type ParquetColumn =
  | { readonly name: string; readonly type: 'text' | 'boolean' | 'integer' }
  /** One structure, or a list of them. */
  | { readonly name: string; readonly type: 'structure' | 'structures'; readonly fields: readonly ParquetColumn[] };

/** Integers are below 2^31. */
export type ParquetValue = string | boolean | number | ParquetRow | readonly ParquetRow[];

/** A row, or a structure in it, has the columns of its file and no others. */
export interface ParquetRow {
  readonly [column: string]: ParquetValue;
}
