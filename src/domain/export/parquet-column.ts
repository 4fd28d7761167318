/** Columns of a parquet file (ours): the few types that our rows need, none of them with keys of its own. */

export interface ParquetColumn {
  readonly name: string;
  readonly type: 'text' | 'boolean' | 'integer' | 'number';
}

/** A row has exactly its file's columns; null only where a value is unknown. */
export type ParquetRow = Readonly<Record<string, string | boolean | number | null>>;
