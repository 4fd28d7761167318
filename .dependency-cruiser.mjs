/** The layers of docs/architecture.md, checked: a rule here is a sentence of that page. */
const src = (path) => `^src/${path}`;
const activityFolders = ['llm', 'mcp', 'sandbox', 'store', 'gate'];

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'Decisions take values and return values: no I/O, no clock, no Temporal. Hashing is the one library.',
      severity: 'error',
      from: { path: src('domain/') },
      to: { pathNot: [src('domain/'), 'node_modules/@noble/hashes', 'node_modules/zod'] },
    },
    {
      name: 'zod-in-schema-files-only',
      severity: 'error',
      from: { path: src('domain/'), pathNot: 'schema\\.ts$' },
      to: { path: 'node_modules/zod', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-reach-no-effects',
      comment: 'Workflow code imports domain, contracts as types, and the two Temporal packages made for it.',
      severity: 'error',
      from: { path: src('workflows/') },
      to: {
        pathNot: [
          src('workflows/'),
          src('domain/'),
          'node_modules/@temporalio/(workflow|common)',
          src('activities/.*contract\\.ts$'),
        ],
      },
    },
    {
      name: 'workflows-take-contracts-as-types',
      severity: 'error',
      from: { path: src('workflows/') },
      to: { path: src('activities/'), dependencyTypesNot: ['type-only'] },
    },
    ...activityFolders.map((folder) => ({
      name: `activities-${folder}-stands-alone`,
      comment: 'One outside resource, one folder; what it needs of another arrives by injection.',
      severity: 'error',
      from: { path: src(`activities/${folder}/`) },
      to: {
        path: src('(activities|workflows|workers|cli|config)/|^src/compose'),
        pathNot: [
          src(`activities/${folder}/`),
          src('activities/(failures|heartbeat)\\.ts$'),
          src('activities/[^/]+/[a-z-]*contract\\.ts$'),
        ],
      },
    })),
    {
      name: 'compose-is-the-only-root',
      severity: 'error',
      from: { path: src('(activities|workflows|domain|config)/') },
      to: { path: src('compose\\.ts$') },
    },
    {
      name: 'src-does-not-know-the-offline-teacher',
      comment: 'Nothing in src tells the offline teacher from a real endpoint.',
      severity: 'error',
      from: { path: src(''), pathNot: src('cli/commands/(teacher|up)\\.ts$') },
      to: { path: '^infra/offline-teacher' },
    },
    {
      name: 'config-stands-below',
      severity: 'error',
      from: { path: src('config/') },
      to: { path: src('(activities|workflows|workers|cli)/') },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
