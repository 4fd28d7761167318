/** Columns of a parquet file (ours): the few types that our rows need, none of them with keys of its own. */

export interface ParquetColumn {
  readonly name: string;
  readonly type: 'text' | 'boolean';
}

/** A row has its file's columns and no others. */
export type ParquetRow = Readonly<Record<string, string | boolean>>;
