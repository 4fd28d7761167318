import assert from 'node:assert/strict';
import { assignDomain } from '../../../src/domain/tool-pool/domains.ts';
import { formPool, poolStatistics } from '../../../src/domain/tool-pool/pool.ts';
import { poolServer } from '../../../src/domain/tool-pool/pool-server.ts';
import type { ServerSource } from '../../../src/domain/tool-pool/schema.ts';
import { listedTool, poolServerOf, tool } from './servers.ts';

const source: ServerSource = {
  name: 'post',
  title: '',
  description: '',
  domain: null,
  licence: 'MIT',
  origin: 'mcp',
  reach: { kind: 'documents' },
  tools: null,
  chains: [],
};
const good = ['send', 'read', 'burn'].map((name) => listedTool(`${name}_letter`, `The tool to ${name} a letter`));

describe('a server of the pool', () => {
  it('needs at least the wanted number of tools after the rules', () => {
    const refused = poolServer(source, [...good.slice(1), listedTool('send_letter', '')], 3);

    assert.equal(poolServer(source, good, 3).status, 'pooled');
    assert.deepEqual(refused, {
      status: 'rejected',
      rule: 'too_few_tools',
      detail: '2 of 3 tools are left, at least 3 are wanted; dropped: send_letter: description_missing',
    });
  });

  it('is refused by name when it lists nothing', () => {
    const refused = poolServer(source, [], 3);

    assert.deepEqual(refused, { status: 'rejected', rule: 'no_tools', detail: 'post lists no tools' });
  });

  it('has the domain of its file, else the one its words speak of, else none', () => {
    assert.equal(assignDomain('mail', [tool('commit_branch')]), 'mail');
    assert.equal(assignDomain(null, [tool('git_commit'), tool('list_branches')]), 'software');
    assert.equal(assignDomain(null, [tool('frobnicate')]), 'unassigned');
  });
});

describe('the pool', () => {
  const [a, b] = [tool('a', ['x']), tool('b')];

  it('holds servers with the same tools once, the first of the plan', () => {
    const members = [
      { id: 's1', server: poolServerOf('one', [a, b]) },
      { id: 's2', server: poolServerOf('two', [b, a]) },
      { id: 's3', server: poolServerOf('three', [a]) },
    ];

    const pool = formPool(members);

    assert.deepEqual(
      pool.members.map(({ id }) => id),
      ['s1', 's3'],
    );
    assert.deepEqual(pool.duplicates, [{ id: 's2', of: 's1' }]);
  });

  it('counts names that two servers share, and refuses neither', () => {
    const counted = poolStatistics([poolServerOf('one', [a, b]), poolServerOf('two', [a])]);

    assert.equal(counted.sharedNames, 1);
    assert.deepEqual(counted.toolsPerServer, { min: 1, mean: 1.5, max: 2 });
    assert.deepEqual(counted.domains, { testing: 2 });
    assert.equal(poolStatistics([]).toolsPerServer, null);
  });
});
