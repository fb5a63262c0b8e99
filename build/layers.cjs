// Which folder may import which: a DAG, in which only shared/ crosses between the host and the page.
/** Each folder, and those of its own tree that it may use besides itself and shared/. */
const HOST = {
  redis: [],
  services: ['redis'],
  api: ['services', 'redis'],
  sandbox: ['redis'],
  host: ['api', 'services', 'redis', 'sandbox'],
  desktop: ['host', 'api', 'services'],
  web: ['host', 'api', 'services'],
}
const PAGE = {
  utils: [],
  api: ['utils'],
  stores: ['api', 'utils'],
  composables: ['stores', 'api', 'utils'],
  components: ['composables', 'stores', 'api', 'utils'],
  views: ['components', 'composables', 'stores', 'api', 'utils'],
}

const OURS = '^(shared|electron|renderer|test|build)/'

const floors = (tree, folders) =>
  Object.entries(folders).map(([folder, below]) => ({
    name: `${tree}-${folder}`,
    comment: `${tree}/${folder} may import shared${below.map((name) => `, ${tree}/${name}`).join('')}.`,
    severity: 'error',
    from: { path: `^${tree}/${folder}/` },
    to: { path: OURS, pathNot: ['^shared/', ...[folder, ...below].map((name) => `^${tree}/${name}/`)] },
  }))

/** Only `where` (a path pattern, or several) may import what `what` matches. */
const only = (name, where, what, rest = {}) => ({
  name,
  severity: 'error',
  from: { path: '^(shared|electron|renderer)/', pathNot: where },
  to: { path: what, ...rest },
})
const library = (name) => `^${name}$|node_modules/${name}/`

module.exports = {
  forbidden: [
    ...floors('electron', HOST),
    ...floors('renderer', PAGE),
    {
      name: 'trees-apart',
      comment: 'The page and its host meet in shared/ alone, and neither knows the tests.',
      severity: 'error',
      from: { path: '^(electron|renderer)/' },
      to: { path: OURS, pathNot: ['^shared/', '^$1/'] },
    },
    {
      name: 'shared-is-pure',
      comment: 'shared/ runs in Node and in the page: zod and the contract library, nothing else.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { pathNot: ['^shared/', library('zod'), library('@orpc/contract')] },
    },
    {
      name: 'page-without-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    only('ioredis-in-redis', '^electron/redis/', library('ioredis')),
    only('electron-in-desktop', '^electron/desktop/', library('electron')),
    only('ws-in-web', '^electron/web/', [library('ws'), '^(node:)?https?2?$']),
    only('permits-from-the-guard', '^electron/api/guard\\.ts$', '^electron/redis/write-permit\\.ts$', {
      dependencyTypesNot: ['type-only'],
    }),
    only('workload-in-the-sandbox', '^electron/sandbox/', '^electron/redis/workload-client\\.ts$', {
      dependencyTypesNot: ['type-only'],
    }),
    {
      name: 'no-cycles',
      comment: 'A type import leaves no trace at run time, so it makes no cycle.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.vue', '.d.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
