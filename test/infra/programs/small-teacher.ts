/** Stands in for the teacher of a stack under test: answers 200 on every path. */
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { port: { type: 'string' }, home: { type: 'string' } } });
createServer((_request, response) => response.end('{}')).listen(Number(values.port), '127.0.0.1');
