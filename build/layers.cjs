// Which folder may import which: a DAG, in which only shared/ crosses between the host and the page.
const { HOST, PAGE, ROOMS, RECOVERY, JUDGES } = require('./layer-tables.cjs')

const OURS = '^(shared|electron|renderer|test|build)/'

const floors = (tree, folders) =>
  Object.entries(folders).map(([folder, below]) => ({
    name: `${tree}-${folder}`,
    comment: `${tree}/${folder} may import shared${below.map((name) => `, ${tree}/${name}`).join('')}.`,
    severity: 'error',
    from: { path: `^${tree}/${folder}/` },
    to: { path: OURS, pathNot: ['^shared/', ...[folder, ...below].map((name) => `^${tree}/${name}/`)] },
  }))

const rooms = Object.entries(ROOMS).map(([room, others]) => ({
  name: `services-${room}`,
  comment: `services/${room} may import, of the other rooms: ${others.join(', ') || 'none'}.`,
  severity: 'error',
  from: { path: `^electron/services/${room}/` },
  to: {
    path: '^electron/services/',
    pathNot: [room, ...others].map((name) => `^electron/services/${name}/`),
  },
}))

const IN_RECOVERY = '^electron/services/recovery/'
const recovery = Object.entries(RECOVERY).map(([folder, others]) => ({
  name: `recovery-${folder}`,
  comment: `services/recovery/${folder} may import, of the other folders: ${others.join(', ') || 'none'}.`,
  severity: 'error',
  from: { path: `${IN_RECOVERY}${folder}/` },
  to: {
    path: IN_RECOVERY,
    pathNot: [`(${[folder, ...others].join('|')})/`, 'action\\.ts$'].map((path) => IN_RECOVERY + path),
  },
}))

/** What every noun's components stand on: it knows none of them. */
const BELOW_THE_NOUNS = { base: ['base'], plan: ['plan', 'base'] }
const belowTheNouns = Object.entries(BELOW_THE_NOUNS).map(([folder, own]) => ({
  name: `components-${folder}`,
  comment: `renderer/components/${folder} knows no noun.`,
  severity: 'error',
  from: { path: `^renderer/components/${folder}/` },
  to: { path: '^renderer/components/', pathNot: own.map((name) => `^renderer/components/${name}/`) },
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
    ...rooms,
    ...recovery,
    {
      name: 'services-in-rooms',
      comment: 'Every service lies in a room of the table; loose are the settings, and what joins several rooms.',
      severity: 'error',
      from: {},
      to: {
        path: '^electron/services/',
        pathNot: [
          `^electron/services/(${Object.keys(ROOMS).join('|')})/`,
          '^electron/services/(settings|undoing)\\.ts$',
        ],
      },
    },
    ...belowTheNouns,
    {
      name: 'nouns-without-circles',
      comment: 'Of two folders of components/, one stands on the other, if at all: types count.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^renderer/components/' },
      to: { circular: true },
    },
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
      name: 'words-by-key',
      comment: 'The page asks shared/words for what it says, and no language by name.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^shared/words/en/' },
    },
    {
      name: 'page-without-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    only('ioredis-in-redis', '^electron/redis/', library('ioredis')),
    only('ssh2-in-ssh', '^electron/redis/ssh/', library('ssh2')),
    only('electron-in-desktop', '^electron/desktop/', library('electron')),
    only('ws-in-web', '^electron/web/', library('ws')),
    only('http-in-web', ['^electron/web/', '^electron/host/webhook/'], '^(node:)?https?2?$'),
    only(
      'clients-by-connections',
      ['^electron/redis/', '^electron/services/connections/dialer\\.ts$'],
      '^electron/redis/connect\\.ts$',
      { dependencyTypesNot: ['type-only'] },
    ),
    only('permits-from-the-guard', '^electron/api/guard\\.ts$', '^electron/redis/write-permit\\.ts$', {
      dependencyTypesNot: ['type-only'],
    }),
    only(
      'begun-by-start-job',
      // The guard gives it, and begins nothing.
      ['^electron/services/jobs/start-job\\.ts$', '^electron/api/guard\\.ts$'],
      '^electron/services/jobs/begin-record\\.ts$',
      { dependencyTypesNot: ['type-only'] },
    ),
    only(
      'read-back-by-lost-reply',
      '^electron/services/jobs/(lost-reply|run-batch|as-one|jobs)\\.ts$',
      '^electron/services/jobs/interrupted\\.ts$',
    ),
    only(
      'lost-replies-read-by-who-sends',
      '^electron/services/jobs/(create-lost-reply|lost-reply|run-batch)\\.ts$',
      '^electron/services/jobs/read-lost\\.ts$',
      { dependencyTypesNot: ['type-only'] },
    ),
    only(
      'lost-replies-waited-for-in-one-way',
      '^electron/api/backend\\.ts$',
      '^electron/services/jobs/create-lost-reply\\.ts$',
      { dependencyTypesNot: ['type-only'] },
    ),
    only(
      'judged-where-it-is-sent',
      JUDGES.map((file) => `^electron/services/${file}\\.ts$`),
      '^electron/services/jobs/outcome-unknown\\.ts$',
    ),
    only('workload-in-the-sandbox', '^electron/sandbox/', '^electron/redis/workload-client\\.ts$', {
      dependencyTypesNot: ['type-only'],
    }),
    {
      name: 'no-cycles',
      comment: 'Types count: what needs each other to be understood is one file, or has an interface below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
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
