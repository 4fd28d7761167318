/** Rows as the bytes of a parquet file, one row group after the other; the same rows give the same bytes. */
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { ParquetColumn, ParquetRow } from '../../domain/export/parquet-column.ts';

/** Rows of a group; a row of a conversation is some tens of kilobytes. */
const groupRows = 500;

const physical = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  boolean: { type: 'BOOLEAN' },
  integer: { type: 'INT32' },
} as const satisfies Record<string, Partial<SchemaElement>>;

/** The file's bytes in pieces. */
export async function* parquetBytes(
  columns: readonly ParquetColumn[],
  rows: AsyncIterable<ParquetRow>,
): AsyncGenerator<Uint8Array, void> {
  const bytes = new ByteWriter();
  const file = new ParquetWriter({ writer: bytes, schema: schemaOf(columns), createdBy: 'astra' });
  let group: ParquetRow[] = [];
  for await (const row of rows) {
    group.push(row);
    if (group.length < groupRows) continue;
    await writeGroup(file, columns, group);
    group = [];
    yield taken(bytes);
  }
  if (group.length > 0) await writeGroup(file, columns, group);
  await file.finish();
  yield taken(bytes);
}

function schemaOf(columns: readonly ParquetColumn[]): SchemaElement[] {
  return [{ name: 'root', num_children: columns.length }, ...columns.flatMap(elementsOf)];
}

/** A column before the columns inside it, as the format lists them. */
function elementsOf(column: ParquetColumn): SchemaElement[] {
  const { name } = column;
  const required = { name, repetition_type: 'REQUIRED' as const };
  if (column.type !== 'structure' && column.type !== 'structures') return [{ ...required, ...physical[column.type] }];
  const inside = column.fields.flatMap(elementsOf);
  const count = column.fields.length;
  if (column.type === 'structure') return [{ ...required, num_children: count }, ...inside];
  return [
    { ...required, num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', num_children: count },
    ...inside,
  ];
}

async function writeGroup(
  file: ParquetWriter,
  columns: readonly ParquetColumn[],
  rows: readonly ParquetRow[],
): Promise<void> {
  const columnData = columns.map(({ name }) => ({ name, data: rows.map((row) => row[name]) }));
  await file.write({ columnData, rowGroupSize: groupRows });
}

/** What was written since the last time; offsets within the file go on counting. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
