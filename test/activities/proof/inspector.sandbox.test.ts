import assert from 'node:assert/strict';
import { createInspector, type Inspector } from '../../../src/activities/proof/inspect.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import { CodeFacts } from '../../../src/domain/environment/inspection/schema.ts';
import { renameTool } from '../../../src/domain/environment/unique-names.ts';
import { proven } from '../../support/proven-tools.ts';

describe('the inspector', () => {
  let sandbox: OwnedSandbox;
  let inspector: Inspector;
  const facts = async (source: string): Promise<CodeFacts> => CodeFacts.parse(await inspector.inspect(source));

  before(async () => {
    sandbox = await createZygoteSandbox({ size: 1 });
    inspector = createInspector(sandbox);
  });
  after(async () => {
    await sandbox.close();
  });

  it('reads signatures with kinds and literal defaults', async () => {
    const [own] = (await facts('def f(a, /, b, c=-1, *rest, d=[1], e=len("x")):\n    return a, b, c, d, e, rest\n'))
      .functions;
    assert.deepEqual(
      own?.parameters.map((parameter) => [parameter.name, parameter.kind, parameter.required, parameter.default]),
      [
        ['a', 'positional_only', true, null],
        ['b', 'plain', true, null],
        ['c', 'plain', false, -1],
        ['d', 'keyword_only', false, [1]],
        ['e', 'keyword_only', false, null],
        ['rest', 'variadic', false, null],
      ],
    );
    assert.equal(own?.parameters[4]?.default_is_literal, false);
  });

  const writing: readonly [string, string][] = [
    ['a global statement', 'def f(a):\n    global T\n    T = a\n'],
    ['an item of a module table', 'T = {}\ndef f(a):\n    T[a] = 1\n'],
    ['an inner item', 'T = {"x": []}\ndef f(a):\n    T["x"].append(a)\n'],
    ['an alias of an entry', 'T = {"x": {}}\ndef f(a):\n    row = T.get("x")\n    row["n"] = a\n'],
    ['a record met in a loop', 'T = [{}]\ndef f(a):\n    for row in sorted(T, key=str):\n        row["n"] = a\n'],
    ['a record of a selection', 'T = [{}]\ndef f(a):\n    rows = [r for r in T if r]\n    rows[0]["n"] = a\n'],
    ['a mutable default', 'def f(a, seen=[]):\n    seen.append(a)\n    return seen\n'],
    ['an attribute of the function', 'def f(a):\n    f.count = a\n'],
    ['an iterator at module level', 'import itertools\nN = itertools.count()\ndef f(a):\n    return next(N) + a\n'],
    ['a helper that changes what it is given', 'T = []\ndef h(t, x):\n    t.append(x)\ndef f(a):\n    h(T, a)\n'],
    ['a heap', 'import heapq\nT = []\ndef f(a):\n    heapq.heappush(T, a)\n'],
    [
      'a closure kept at module level',
      'def make():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n        return n\n    return g\nG = make()\n',
    ],
    ['a class attribute', 'class C:\n    n = 0\ndef f(a):\n    C.n += a\n'],
    ['del', 'T = {"a": 1}\ndef f(a):\n    del T[a]\n'],
  ];
  for (const [title, source] of writing) {
    it(`finds state written through ${title}`, async () => {
      assert.notDeepEqual((await facts(source)).writes, []);
    });
  }

  it('lets a call build, sort and change values of its own', async () => {
    const source = `
T = [{"n": 1, "tags": ["x"]}]
def f(a):
    rows = [dict(r) for r in T]
    rows.append({"n": a})
    rows[0]["n"] = 2
    result = {"first": T[0]["n"], "warnings": []}
    result["warnings"].append(a)
    names = sorted(T, key=lambda r: r["n"])
    names.sort(key=lambda r: r["n"])
    total = T[0]["n"]
    total += 1
    def inner():
        nonlocal total
        total += 1
    inner()
    return [rows, result, names, total]
`;
    assert.deepEqual((await facts(source)).writes, []);
  });

  it('finds literals where they stand, folded, and leaves tables and docstrings out', async () => {
    const source =
      'T = ["secret"]\nC = "const"\ndef f(a="def"):\n    """doc"""\n    x = "se" + "cret"\n    return f"{1 + 1}" if a else -3\n';
    const literals = (await facts(source)).literals.map((literal) => [literal.place, literal.value]);
    const has = (place: string, value: unknown): boolean =>
      literals.some((one) => one[0] === place && one[1] === value);
    assert.ok(has('constant', 'const') && has('default', 'def') && has('body', 'secret'));
    assert.ok(has('return', '2') && has('return', -3));
    assert.ok(!literals.some((one) => one[1] === 'doc'));
    assert.ok(!has('constant', 'secret'));
  });

  it('finds doors out of the module', async () => {
    const source =
      'import json, os.path\nfrom statistics import random\ndef f(a):\n    e = eval\n    return json.codecs, getattr(a, "__class__"), a.__dict__, open\n';
    const found = await facts(source);
    assert.deepEqual(
      found.imports.map((one) => [one.module, one.name]),
      [
        ['json', null],
        ['os.path', null],
        ['statistics', 'random'],
      ],
    );
    assert.deepEqual(
      found.attributes.map((one) => one.name),
      ['codecs'],
    );
    assert.deepEqual(
      found.builtins.map((one) => one.name),
      ['eval', 'getattr', 'open'],
    );
    assert.deepEqual(
      found.dunders.map((one) => one.name),
      ['getattr of __class__', '__dict__'],
    );
  });

  it('takes a source that does not parse, or is nested beyond all measure, for a fault and not a failure', async () => {
    assert.equal((await inspector.inspect('def f(:')).syntax_error?.line, 1);
    assert.notEqual((await inspector.inspect(`x = ${'('.repeat(5000)}${')'.repeat(5000)}`)).syntax_error, null);
    assert.notEqual((await inspector.inspect('\u0000')).syntax_error, null);
  });

  it('reads call statements with literal keyword arguments and no others', async () => {
    assert.deepEqual(await inspector.parseCall(' f(a="x", b=[1, -2.5], c={"k": None}, d=True) '), {
      name: 'f',
      arguments: { a: 'x', b: [1, -2.5], c: { k: null }, d: true },
    });
    for (const text of ['f(1)', 'f(a=g())', 'f(**k)', 'f(a=1); g()', 'm.f(a=1)', '', 'f']) {
      assert.ok('problem' in (await inspector.parseCall(text)), text);
    }
  });

  it('tells where a function can be renamed, in any script and through recursion', async () => {
    const code =
      'NOTE = "😀 lookup_population"\ndef lookup_population(city, unit="people"):\n    "😀"; return lookup_population if city else unit\n';
    const renamed = renameTool(proven(1, { city: 'Paris' }, { code }), 'lookup_population_2', await facts(code));
    assert.equal(
      renamed?.code,
      'NOTE = "😀 lookup_population"\ndef lookup_population_2(city, unit="people"):\n    "😀"; return lookup_population_2 if city else unit\n',
    );
    assert.equal(renamed?.document.name, 'lookup_population_2');
    assert.equal(renamed?.cases[0]?.call.name, 'lookup_population_2');
    const taken = 'def lookup_population(city, lookup_population=1):\n    return city\n';
    assert.equal(renameTool(proven(1, { city: 'Paris' }, { code: taken }), 'other', await facts(taken)), undefined);
  });
});
