import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import { afterEach, beforeEach, expect, test } from 'vitest'

type Table = Readonly<Record<string, readonly string[]>>
const layers = createRequire(import.meta.url)('../../build/layers.cjs') as IFlattenedRuleSet & {
  options: ICruiseOptions
}
const tables = createRequire(import.meta.url)('../../build/layer-tables.cjs') as {
  HOST: Table
  PAGE: Table
  ROOMS: Table
  RECOVERY: Table
  JUDGES: readonly string[]
}

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-layers-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** The names of the rules that a tree of files breaks. */
async function broken(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [path, source] of Object.entries({ 'shared/bytes.ts': 'export const x = 1', ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), `${source}\n`)
  }
  const { tsConfig: _, ...options } = layers.options
  const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))]
  const { forbidden = [] } = layers
  const { output } = await cruise(folders, { ...options, baseDir: dir, validate: true, ruleSet: { forbidden } })
  const { summary } = output as ICruiseResult
  // The libraries aren't installed in a temporary directory; what begins with a dot is a file of ours.
  const told = summary.violations.filter(({ rule, to }) => rule.name !== 'everything-resolves' || to.startsWith('.'))
  return [...new Set(told.map(({ rule }) => rule.name))]
}

test('what the layers allow', async () => {
  expect(
    await broken({
      'electron/redis/client.ts': "import type {} from './write-permit'\nexport const z = 1",
      'electron/redis/connect.ts': "import 'ioredis'\nimport type {} from './client'\nimport '../../shared/bytes'",
      'electron/redis/write-permit.ts': 'export const y = 1',
      'electron/services/jobs/jobs.ts': "import type {} from '../../redis/client'",
      'electron/services/connections/dialer.ts': "import '../../redis/connect'",
      'electron/api/guard.ts': "import '../services/jobs/jobs'\nimport '../redis/write-permit'",
      'electron/desktop/main.ts': "import 'electron'\nimport '../api/guard'",
      'electron/web/server.ts': "import 'ws'\nimport 'node:http'\nimport '../api/guard'",
      'electron/cli/session.ts': "import '../host/rpc'\nimport '../api/guard'",
      'electron/host/rpc.ts': "import '../api/guard'",
      'renderer/stores/streams.ts': "import '../api/client'\nimport 'pinia'",
      'renderer/api/client.ts': "import '../../shared/bytes'",
    }),
  ).toEqual([])
})

const IMPORTS = [
  ['electron-redis', 'electron/redis/xack.ts', '../services/jobs', 'electron/services/jobs.ts'],
  ['electron-services', 'electron/services/jobs.ts', '../api/router', 'electron/api/router.ts'],
  ['electron-api', 'electron/api/router.ts', '../web/server', 'electron/web/server.ts'],
  ['electron-sandbox', 'electron/sandbox/seed.ts', '../services/jobs', 'electron/services/jobs.ts'],
  ['electron-host', 'electron/host/rpc.ts', '../web/server', 'electron/web/server.ts'],
  ['electron-desktop', 'electron/desktop/main.ts', '../sandbox/seed', 'electron/sandbox/seed.ts'],
  ['electron-web', 'electron/web/server.ts', '../desktop/main', 'electron/desktop/main.ts'],
  ['electron-web', 'electron/web/server.ts', '../redis/client', 'electron/redis/client.ts'],
  ['electron-web', 'electron/web/server.ts', '../cli/session', 'electron/cli/session.ts'],
  ['electron-cli', 'electron/cli/session.ts', '../web/server', 'electron/web/server.ts'],
  ['electron-cli', 'electron/cli/session.ts', '../services/jobs/jobs', 'electron/services/jobs/jobs.ts'],
  ['electron-cli', 'electron/cli/session.ts', '../redis/client', 'electron/redis/client.ts'],
  ['renderer-api', 'renderer/api/client.ts', '../stores/jobs', 'renderer/stores/jobs.ts'],
  ['renderer-utils', 'renderer/utils/x.ts', '../api/client', 'renderer/api/client.ts'],
  ['renderer-stores', 'renderer/stores/jobs.ts', '../composables/x', 'renderer/composables/x.ts'],
  ['renderer-composables', 'renderer/composables/x.ts', '../components/A.vue', 'renderer/components/A.vue'],
  ['renderer-views', 'renderer/views/B.vue', '../App.vue', 'renderer/App.vue'],
  ['renderer-components', 'renderer/components/A.vue', '../views/B.vue', 'renderer/views/B.vue'],
  ['components-base', 'renderer/components/base/A.vue', '../plan/B.vue', 'renderer/components/plan/B.vue'],
  ['components-plan', 'renderer/components/plan/A.vue', '../trim/B.vue', 'renderer/components/trim/B.vue'],
  ['trees-apart', 'renderer/App.ts', '../electron/redis/client', 'electron/redis/client.ts'],
  ['trees-apart', 'electron/redis/client.ts', '../../test/helpers/redis', 'test/helpers/redis.ts'],
  ['shared-is-pure', 'shared/health.ts', '../renderer/utils/x', 'renderer/utils/x.ts'],
  ['words-by-key', 'renderer/utils/x.ts', '../../shared/words/en/job-words', 'shared/words/en/job-words.ts'],
  ['permits-from-the-guard', 'electron/services/jobs.ts', '../redis/write-permit', 'electron/redis/write-permit.ts'],
  [
    'workload-in-the-sandbox',
    'electron/services/a.ts',
    '../redis/workload-client',
    'electron/redis/workload-client.ts',
  ],
] as const

test.each(IMPORTS)('%s: %s may not import %s', async (rule, from, specifier, to) => {
  const source = `import '${specifier}'`
  const files = {
    [from]: from.endsWith('.vue') ? `<script setup lang="ts">\n${source}\n</script>` : source,
    [to]: 'export {}',
  }
  expect(await broken(files)).toContain(rule)
})

test.each([
  ['ioredis-in-redis', 'electron/services/jobs.ts', 'ioredis'],
  ['ssh2-in-ssh', 'electron/redis/dial.ts', 'ssh2'],
  ['electron-in-desktop', 'electron/web/server.ts', 'electron'],
  ['ws-in-web', 'electron/host/rpc.ts', 'ws'],
  ['http-in-web', 'electron/desktop/main.ts', 'node:http'],
  ['http-in-web', 'electron/services/alerts/deliveries.ts', 'https'],
  ['shared-is-pure', 'shared/health.ts', 'node:fs'],
  ['shared-is-pure', 'shared/health.ts', 'vue'],
  ['page-without-node', 'renderer/utils/x.ts', 'node:fs'],
])('%s: %s may not import %s', async (rule, from, library) => {
  expect(await broken({ [from]: `import '${library}'` })).toContain(rule)
})

const ROOMS = [
  ['lib', '../inspection/lag', 'electron/services/inspection/lag.ts'],
  ['history', '../monitoring/watch', 'electron/services/monitoring/watch.ts'],
  ['alerts', '../monitoring/watch', 'electron/services/monitoring/watch.ts'],
  ['decoding', '../inspection/lag', 'electron/services/inspection/lag.ts'],
  ['searches', '../inspection/lag', 'electron/services/inspection/lag.ts'],
  ['inspection', '../jobs/jobs', 'electron/services/jobs/jobs.ts'],
  ['export', '../jobs/jobs', 'electron/services/jobs/jobs.ts'],
  ['connections', '../journal/journal', 'electron/services/journal/journal.ts'],
  ['journal', '../jobs/jobs', 'electron/services/jobs/jobs.ts'],
  ['monitoring', '../jobs/jobs', 'electron/services/jobs/jobs.ts'],
  ['jobs', '../recovery/recovery', 'electron/services/recovery/recovery.ts'],
  ['backup', '../jobs/jobs', 'electron/services/jobs/jobs.ts'],
  ['trim', '../recovery/recovery', 'electron/services/recovery/recovery.ts'],
  ['entry-deletion', '../trim/find-cut', 'electron/services/trim/find-cut.ts'],
  ['additions', '../group-change/run', 'electron/services/group-change/run.ts'],
  ['recovery', '../trim/find-cut', 'electron/services/trim/find-cut.ts'],
  ['redrive', '../trim/find-cut', 'electron/services/trim/find-cut.ts'],
  ['restore', '../group-change/run', 'electron/services/group-change/run.ts'],
  ['copy', '../redrive/run', 'electron/services/redrive/run.ts'],
  ['rules', '../monitoring/watch', 'electron/services/monitoring/watch.ts'],
  ['sweep', '../monitoring/watch', 'electron/services/monitoring/watch.ts'],
  ['group-change', '../restore/swap', 'electron/services/restore/swap.ts'],
] as const

test('each room of the services breaks its rule below, and each folder of both trees above', () => {
  expect(ROOMS.map(([room]) => room).toSorted()).toEqual(Object.keys(tables.ROOMS).toSorted())
  const folders = [
    ...Object.keys(tables.HOST).map((folder) => `electron-${folder}`),
    ...Object.keys(tables.PAGE).map((folder) => `renderer-${folder}`),
  ]
  expect(folders.filter((rule) => !IMPORTS.some(([broken]) => broken === rule))).toEqual([])
})

test('a file that is not there is told of', async () => {
  expect(await broken({ 'renderer/utils/a.ts': "import './nowhere'" })).toEqual(['everything-resolves'])
})

test.each(ROOMS)('services-%s: may not import %s, not even its types', async (room, specifier, to) => {
  const from = `electron/services/${room}/x.ts`
  const rule = `services-${room}`
  expect(await broken({ [from]: `import '${specifier}'`, [to]: 'export {}' })).toContain(rule)
  expect(await broken({ [from]: `import type {} from '${specifier}'`, [to]: 'export {}' })).toContain(rule)
})

const FOLDERS = [
  ['selection', '../acks/ack-sendings'],
  ['acks', '../claims/claim-batch'],
  ['claims', '../undo/give-back'],
  ['undo', '../copies/copying'],
  ['targets', '../actions/kinds'],
  ['copies', '../hashes/hash-log'],
  ['hashes', '../copies/copying'],
  ['actions', '../plan/plan-recovery'],
  ['plan', '../script/make-script'],
  ['script', '../recovery'],
] as const

test.each(FOLDERS)('recovery-%s: may not import %s', async (folder, specifier) => {
  const from = `electron/services/recovery/${folder}/x.ts`
  const to = `${join(dirname(from), specifier)}.ts`
  expect(await broken({ [from]: `import type {} from '${specifier}'`, [to]: 'export {}' })).toContain(
    `recovery-${folder}`,
  )
})

test('each folder of the recovery has a rule, and is there', () => {
  const folders = readdirSync('electron/services/recovery').filter((name) => !name.endsWith('.ts'))
  expect(folders.toSorted()).toEqual(Object.keys(tables.RECOVERY).toSorted())
  expect(FOLDERS.map(([folder]) => folder).toSorted()).toEqual(folders.toSorted())
})

test('every service lies in a room', async () => {
  const files = { 'electron/services/loose.ts': 'export {}', 'electron/services/lib/x.ts': "import '../loose'" }
  expect(await broken(files)).toContain('services-in-rooms')
})

test.each([
  ['begun-by-start-job', 'electron/services/trim/trimming.ts', '../jobs/begin-record'],
  ['clients-by-connections', 'electron/services/trim/trimming.ts', '../../redis/connect'],
  ['read-back-by-lost-reply', 'electron/services/trim/trimming.ts', '../jobs/interrupted'],
  ['read-back-by-lost-reply', 'electron/services/jobs/send-commands.ts', './interrupted'],
  ['lost-replies-read-by-who-sends', 'electron/services/trim/trimming.ts', '../jobs/read-lost'],
  ['lost-replies-read-by-who-sends', 'electron/services/jobs/one-command.ts', './read-lost'],
  ['lost-replies-waited-for-in-one-way', 'electron/services/trim/trimming.ts', '../jobs/create-lost-reply'],
  ['judged-where-it-is-sent', 'electron/services/trim/trimming.ts', '../jobs/outcome-unknown'],
  ['judged-where-it-is-sent', 'electron/services/recovery/copies/copy-part.ts', '../../jobs/outcome-unknown'],
  ['judged-where-it-is-sent', 'electron/api/guard.ts', '../services/jobs/outcome-unknown'],
])('%s: %s may not import %s', async (rule, from, specifier) => {
  const to = `${join(dirname(from), specifier)}.ts`
  expect(await broken({ [from]: `import { x } from '${specifier}'`, [to]: 'export const x = 1' })).toContain(rule)
})

test('whoever may ask whether an outcome is unknown does so: the list does not only grow', () => {
  const source = (file: string) => readFileSync(`electron/services/${file}.ts`, 'utf8')
  expect(tables.JUDGES.filter((file) => !/import .* from '.*\/outcome-unknown'/.test(source(file)))).toEqual([])
})

test('the house as it stands, in figures', async () => {
  const { forbidden = [] } = layers
  const { output } = await cruise(['shared', 'electron', 'renderer'], {
    ...layers.options,
    validate: true,
    ruleSet: { forbidden },
  })
  const { modules, summary } = output as ICruiseResult
  const circles = summary.violations.filter(({ rule }) => rule.name === 'no-cycles').length
  const loose = modules.filter(({ source }) => /^electron\/services\/[^/]+$/.test(source)).length
  const imports = modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0)
  process.stdout.write(
    `layers: ${modules.length} files, ${imports} imports, ${circles} circles, ${loose} loose services\n`,
  )
  expect([circles, loose <= 3]).toEqual([0, true])
})

test('cycles are found, those of types alone as well', async () => {
  const pair = (kind: string) => ({
    'shared/a.ts': `import ${kind}{ b } from './b'\nexport const a = 1`,
    'shared/b.ts': "import { a } from './a'\nexport const b = a",
  })
  expect(await broken(pair(''))).toEqual(['no-cycles'])
  expect(await broken(pair('type '))).toEqual(['no-cycles'])
})

test('nouns of the page whose components import each other are found, by types alone too', async () => {
  const nouns = (back: string) => ({
    'renderer/components/entry/A.vue': `<script setup lang="ts">\nimport B from '../trim/B.vue'\nB\n</script>`,
    'renderer/components/trim/B.vue': '<script setup lang="ts">\n</script>',
    'renderer/components/trim/c.ts': back,
    'renderer/components/entry/d.ts': 'export type D = 1',
  })
  expect(await broken(nouns("export type C = 'c'"))).toEqual([])
  expect(await broken(nouns("import type { D } from '../entry/d'\nexport type C = D"))).toEqual([
    'nouns-without-circles',
  ])
})
