import assert from 'node:assert/strict';
import { parquetReadObjects } from 'hyparquet';
import { parquetBytes } from '../../../src/activities/store/parquet-file.ts';
import { instanceRow } from '../../../src/domain/export/playable/instance-row.ts';
import { verlRlColumns, verlRlRow } from '../../../src/domain/export/playable/training-rows.ts';
import { townEnvironment } from '../../support/town-environments.ts';

describe('a parquet file', () => {
  it('gives back structures and lists of them as they were written, over several groups of rows', async () => {
    const rows = Array.from({ length: 501 }, (_, at) => verlRlRow(instanceRow(townEnvironment(at % 3)), at));
    async function* given(): AsyncGenerator<(typeof rows)[number], void> {
      yield* rows;
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of parquetBytes(verlRlColumns, given())) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

    assert.deepEqual(await parquetReadObjects({ file }), rows);
  });
});
