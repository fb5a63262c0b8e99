import { describe, expect, test } from 'vitest'
import type { ZodObject } from 'zod'
import { contract } from '../../../shared/contract'
import type { ProcedureMeta } from '../../../shared/contract/base'
import { EVERY_ENTRY } from '../../../shared/model/entry-query'
import { ANY_ALERT, WEBHOOK } from '../../helpers/any-alert'
import { ANY_RULE } from '../../helpers/any-rule'
import { ANY_SWEEP } from '../../helpers/any-sweep'
import type { ProcedurePath } from '../../helpers/procedure-path'
import {
  makeBackup,
  makeRebuilt,
  planChange,
  planClaim,
  planCopies,
  planDelete,
  planRebuild,
  planRedrive,
  planTrim,
  seedStream,
  useBackend,
} from './backend-kit'

const kit = useBackend()
const KEY = 'orders'
const BINARY_KEY = { base64: '//4A' }

const SECRET = 'QHXZ-4711-GJKX'
/** The same in all that a value may be. */
const MASKED = [
  ...['password', SECRET, 'body', JSON.stringify({ user: 'ada', nested: { accessToken: SECRET } })],
  ...['packed', Buffer.from(JSON.stringify({ api_key: SECRET })).toString('base64'), 'form', `a=1&token=${SECRET}`],
]

const SEARCH = {
  name: 'failed',
  stream: '*',
  query: EVERY_ENTRY,
  from: '1h',
  to: '',
  zone: 'UTC',
  order: 'newest',
} as const

/** Entries to another stream. */
const COPY: Omit<Parameters<typeof kit.api.copy.plan>[0], 'connectionId' | 'from'> = {
  ...{ key: 'copies', choice: {}, ids: 'new', provenance: false },
  pace: { kind: 'fast' },
}

/** Each thing is made when a procedure asks for it: a test makes no more than its procedure needs. */
interface World {
  /** Read-only or not, as the test has it. */
  readonly connectionId: string
  /** A connection that is of no use to any other procedure. */
  readonly spare: () => Promise<string>
  readonly alert: () => Promise<string>
  /** On. */
  readonly rule: () => Promise<string>
  readonly webhook: () => Promise<string>
  readonly claimPlan: () => Promise<string>
  readonly trimPlan: () => Promise<string>
  readonly deletePlan: () => Promise<string>
  readonly changePlan: () => Promise<string>
  readonly search: () => Promise<string>
  readonly copyPlan: () => Promise<string>
  readonly redrivePlan: () => Promise<string>
  /** Of one entry. */
  readonly backup: () => Promise<string>
  readonly copiesPlan: () => Promise<string>
  readonly rebuildPlan: () => Promise<string>
  /** A job that made a new key, and the plan to swap it. */
  readonly rebuilt: () => Promise<{ rebuiltId: string; swapPlanId: string }>
  /** A claim that has ended. */
  readonly claimed: () => Promise<{ recordId: string; jobId: string }>
}

/** What procedures are called with. Those that mutate are tried without as well. One that is not here does not compile. */
const inputs: Readonly<Record<ProcedurePath, (world: World) => object | undefined | Promise<object | undefined>>> = {
  'host.info': () => undefined,
  'host.settings': () => undefined,
  'host.watchSettings': () => undefined,
  'host.historyUsage': () => undefined,
  'host.clearHistory': () => undefined,
  'host.saveSettings': () => ({ theme: 'dark' }),
  'connection.list': () => undefined,
  'connection.watchList': () => undefined,
  'connection.planImport': () => ({ text: 'h:1' }),
  'connection.import': () => ({ text: 'h:1', at: [1] }),
  'connection.export': () => undefined,
  'connection.parseUrl': () => ({ url: 'redis://localhost' }),
  'connection.test': () => ({ profile: kit.redis.connection() }),
  'connection.testSteps': () => ({ profile: kit.redis.connection() }),
  'connection.save': () => ({ profile: kit.redis.connection({ name: 'new' }) }),
  'connection.remove': async ({ spare }) => ({ connectionId: await spare() }),
  'connection.open': async ({ spare }) => ({ connectionId: await spare() }),
  'connection.trustHostKey': () => ({
    ...{ host: 'bastion.invalid', port: 22, type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` },
  }),
  'connection.move': async ({ spare }) => ({ connectionId: await spare(), before: null, folder: '' }),
  'connection.close': async ({ spare }) => ({ connectionId: await spare() }),
  'connection.watch': ({ connectionId }) => ({ connectionId }),
  'connection.commands': ({ connectionId }) => ({
    connectionId,
    filter: { text: '', by: null, writes: false, errors: false, slowerThanMs: null },
  }),
  'stream.discover': ({ connectionId }) => ({ connectionId, fresh: true }),
  'stream.stopDiscovery': ({ connectionId }) => ({ connectionId }),
  'stream.summaries': ({ connectionId }) => ({ connectionId, keys: [KEY] }),
  'stream.info': ({ connectionId }) => ({ connectionId, key: KEY }),
  'stream.past': ({ connectionId }) => ({ connectionId, key: KEY, stepMs: 10_000, backMs: 60_000 }),
  'stream.samples': ({ connectionId }) => ({ connectionId, key: KEY, stepMs: 1_000 }),
  'monitoring.watch': ({ connectionId }) => ({ connectionId }),
  'monitoring.show': ({ connectionId }) => ({
    ...{ connectionId, watchId: 'none', keys: [KEY], findings: 4, hidden: false },
  }),
  'monitoring.giveWay': ({ connectionId }) => ({ connectionId }),
  'monitoring.refresh': ({ connectionId }) => ({ connectionId }),
  'monitoring.snoozes': ({ connectionId }) => ({ connectionId }),
  'monitoring.snooze': ({ connectionId }) => ({
    ...{ connectionId, findingId: 'late', kind: 'late', key: null, group: null, reason: 'known', forMs: 60_000 },
  }),
  'monitoring.endSnooze': ({ connectionId }) => ({ connectionId, findingId: 'late' }),
  'alert.watch': () => undefined,
  'alert.add': () => ANY_ALERT,
  'alert.change': async ({ alert }) => ({ ...ANY_ALERT, id: await alert() }),
  'alert.remove': () => ({ id: 'none' }),
  'alert.addDestination': () => WEBHOOK,
  'alert.changeDestination': async ({ webhook }) => ({ ...WEBHOOK, id: await webhook() }),
  'alert.removeDestination': () => ({ id: 'none' }),
  'alert.testDestination': async ({ webhook }) => ({ id: await webhook() }),
  'rule.watch': () => undefined,
  'rule.add': ({ connectionId }) => ({ ...ANY_RULE, connectionId }),
  'rule.change': async ({ connectionId, rule }) => ({ ...ANY_RULE, connectionId, id: await rule() }),
  'rule.remove': () => ({ id: 'none' }),
  'rule.dryRun': async ({ connectionId, rule }) => ({ connectionId, id: await rule() }),
  'rule.enable': async ({ connectionId, rule }) => ({ connectionId, id: await rule() }),
  'rule.disable': () => ({ id: 'none' }),
  'rule.run': async ({ connectionId, rule }) => ({ connectionId, id: await rule() }),
  'entry.page': ({ connectionId }) => ({ connectionId, key: KEY, order: 'oldest', count: 10 }),
  'entry.search': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, order: 'oldest' },
    query: [[{ not: false, subject: { kind: 'any' }, how: 'contains', value: 'a' }]],
  }),
  'export.save': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, format: 'jsonl', as: 'raw', source: { kind: 'entries', order: 'oldest' } },
  }),
  'entry.get': ({ connectionId }) => ({ connectionId, key: KEY, id: '2-0' }),
  'entry.fields': ({ connectionId }) => ({ connectionId, key: KEY, id: '2-0' }),
  'entry.saveValue': ({ connectionId }) => ({ connectionId, key: KEY, id: '2-0', at: 0, name: '' }),
  'entry.text': ({ connectionId }) => ({ connectionId, key: KEY, id: '2-0', as: 'json' }),
  'entry.decode': () => ({ value: '{}', name: null, as: 'auto', schema: null }),
  'entry.decodeField': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, id: '2-0', at: 0, field: '', name: null, as: 'auto', schema: null },
  }),
  'entry.tail': ({ connectionId }) => ({ connectionId, key: KEY }),
  'entry.timeline': ({ connectionId }) => ({ connectionId, key: KEY }),
  'entry.add': ({ connectionId }) => ({ connectionId, key: KEY, id: '*', fields: [['a', 'b']], create: false }),
  'entry.planDelete': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, selection: { kind: 'ids', ids: ['2-0'] }, references: 'KEEPREF' },
  }),
  'entry.delete': async ({ connectionId, deletePlan }) => ({ connectionId, key: KEY, planId: await deletePlan() }),
  'group.list': ({ connectionId }) => ({ connectionId, key: KEY, countLag: true }),
  'group.consumers': ({ connectionId }) => ({ connectionId, key: KEY, group: 'billing' }),
  'group.create': ({ connectionId }) => ({ connectionId, key: KEY, group: 'new', start: '$', mkstream: false }),
  'group.createConsumer': ({ connectionId }) => ({ connectionId, key: KEY, group: 'billing', consumer: 'new' }),
  'group.change': async ({ connectionId, changePlan }) => ({
    ...{ connectionId, key: KEY, group: 'billing', planId: await changePlan() },
  }),
  'group.planChange': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, group: 'billing', change: { kind: 'destroy group' } },
  }),
  'group.lastWords': ({ connectionId }) => ({ connectionId, key: KEY, group: 'billing' }),
  'pending.summary': ({ connectionId }) => ({ connectionId, key: KEY, group: 'billing' }),
  'pending.page': ({ connectionId }) => ({ connectionId, key: KEY, group: 'billing', count: 10, bodies: true }),
  'pending.compare': ({ connectionId }) => ({ connectionId, key: KEY, group: 'billing', id: '3-0' }),
  'pending.timeline': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, group: 'billing', fromMs: 0, stepMs: 1_000, count: 10 },
  }),
  'pending.histogram': ({ connectionId }) => ({ connectionId, key: KEY, group: 'billing' }),
  'recovery.plan': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, group: 'billing', selection: { kind: 'ids', ids: ['3-0'] } },
    action: { kind: 'ack' },
  }),
  'recovery.planAll': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, group: 'billing', selection: { kind: 'consumer', consumer: 'alice' } },
    action: { kind: 'claim', to: 'dave', includeGone: true },
  }),
  'recovery.script': async ({ connectionId, claimPlan }) => ({ connectionId, planId: await claimPlan() }),
  'recovery.resume': async ({ connectionId, claimed }) => ({ connectionId, recordId: (await claimed()).recordId }),
  'recovery.outcome': async ({ connectionId, claimed }) => ({ connectionId, recordId: (await claimed()).recordId }),
  'recovery.planUndo': async ({ connectionId, claimed }) => ({ connectionId, recordId: (await claimed()).recordId }),
  'recovery.run': async ({ connectionId, claimPlan }) => ({ connectionId, planId: await claimPlan() }),
  'recovery.undo': async ({ connectionId, claimed }) => ({ connectionId, recordId: (await claimed()).recordId }),
  'sweep.plan': ({ connectionId }) => ({ ...ANY_SWEEP, connectionId }),
  'sweep.run': async ({ connectionId }) => ({ connectionId, planId: await sweepPlan(connectionId) }),
  'sweep.planUndo': async ({ connectionId }) => ({ connectionId, sweepId: await swept(connectionId) }),
  'sweep.undo': async ({ connectionId }) => ({ connectionId, sweepId: await swept(connectionId) }),
  'trim.plan': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, strategy: { kind: 'maxlen', maxlen: 5 }, approximate: false, limit: 100 },
  }),
  'trim.run': async ({ connectionId, trimPlan }) => ({
    connectionId,
    key: KEY,
    planId: await trimPlan(),
    backup: false,
  }),
  'restore.backups': () => undefined,
  'restore.backupUsage': () => undefined,
  'restore.removeBackups': () => ({ changedBefore: 0 }),
  'restore.readImport': () => ({ format: null, again: null }),
  'restore.planCopies': async ({ connectionId, backup }) => ({
    ...{ connectionId, key: KEY, file: await backup(), ids: null, provenance: true },
  }),
  'restore.addCopies': async ({ connectionId, copiesPlan }) => ({ connectionId, key: KEY, planId: await copiesPlan() }),
  'restore.planRebuild': async ({ connectionId, backup }) => ({
    connectionId,
    file: await backup(),
    target: null,
    merge: true,
  }),
  'restore.rebuild': async ({ connectionId, rebuildPlan }) => ({ connectionId, planId: await rebuildPlan() }),
  'restore.planSwap': async ({ connectionId, rebuilt }) => ({ connectionId, recordId: (await rebuilt()).rebuiltId }),
  'restore.catchUp': async ({ connectionId, rebuilt }) => ({ connectionId, recordId: (await rebuilt()).rebuiltId }),
  'restore.swap': async ({ connectionId, rebuilt }) => ({
    connectionId,
    key: KEY,
    planId: (await rebuilt()).swapPlanId,
  }),
  'search.watch': ({ connectionId }) => ({ connectionId }),
  'search.save': ({ connectionId }) => ({ ...SEARCH, connectionId }),
  'search.rename': async ({ connectionId, search }) => ({ connectionId, id: await search(), name: 'other' }),
  'search.remove': ({ connectionId }) => ({ connectionId, id: 'none' }),
  'copy.plan': ({ connectionId }) => ({ connectionId, ...COPY, from: { connectionId, key: KEY } }),
  'copy.run': async ({ connectionId, copyPlan }) => ({ connectionId, key: COPY.key, planId: await copyPlan() }),
  'redrive.planAll': ({ connectionId }) => ({
    ...{ connectionId, key: KEY, selection: { kind: 'all' }, options: { strays: 'elsewhere', create: true } },
  }),
  'redrive.run': async ({ connectionId, redrivePlan }) => ({ connectionId, key: KEY, planId: await redrivePlan() }),
  'job.list': () => undefined,
  // Tells of jobs that there are.
  'job.watch': async ({ claimed }) => void (await claimed()),
  'job.cancel': async ({ claimed }) => ({ jobId: (await claimed()).jobId }),
  'job.pause': async ({ claimed }) => ({ jobId: (await claimed()).jobId }),
  'job.resume': async ({ claimed }) => ({ jobId: (await claimed()).jobId }),
  'job.limit': async ({ claimed }) => ({ jobId: (await claimed()).jobId, perSecond: 5 }),
  'journal.list': () => ({ count: 10 }),
  'session.list': () => undefined,
  'session.end': () => ({ id: 'none' }),
  'session.endAllOf': () => ({ who: { by: 'user', name: 'nobody' } }),
}

interface Declared {
  readonly '~orpc': { readonly meta: ProcedureMeta; readonly inputSchema?: unknown }
}
const paths = Object.entries(contract).flatMap(([noun, procedures]) =>
  Object.entries<Declared>(procedures).map(([name, procedure]) => ({
    ...{ path: `${noun}.${name}` as ProcedurePath, ...procedure['~orpc'] },
  })),
)
const mutating = paths.filter(({ meta }) => meta.mutates)
const reading = paths.filter(({ meta }) => !meta.mutates)

type Called = (input: object | undefined, options?: { signal: AbortSignal }) => Promise<unknown>
function procedure(path: string): Called {
  const [noun = '', name = ''] = path.split('.')
  return (kit.api as unknown as Record<string, Record<string, Called>>)[noun]![name]!
}
/** A stream that all of these have something to do with. */
async function prepare(): Promise<World> {
  await seedStream(kit.direct, KEY, 3, MASKED)
  await seedStream(kit.direct, Buffer.from(BINARY_KEY.base64, 'base64'))
  const connectionId = await kit.connect()
  const { api } = kit
  const backup = () => makeBackup(kit, connectionId, KEY)
  return {
    connectionId,
    spare: () => kit.connect(),
    alert: async () => (await api.alert.add(ANY_ALERT)).id,
    rule: () => ruleThatIsOn(connectionId),
    webhook: async () => (await api.alert.addDestination(WEBHOOK)).id,
    claimPlan: async () => (await planClaim(api, connectionId, KEY)).id,
    trimPlan: async () => (await planTrim(api, connectionId, KEY)).id,
    deletePlan: async () => (await planDelete(api, connectionId, KEY)).id,
    changePlan: async () => (await planChange(api, connectionId, KEY)).id,
    redrivePlan: () => planRedrive(api, connectionId, KEY),
    backup,
    copiesPlan: async () => planCopies(api, connectionId, KEY, await backup()),
    search: async () => (await api.search.save({ ...SEARCH, connectionId })).id,
    async copyPlan() {
      for await (const step of await api.copy.plan({ connectionId, ...COPY, from: { connectionId, key: KEY } })) {
        if (step.state === 'ready') return step.plan.id
      }
      throw new Error('the plan was never made')
    },
    rebuildPlan: async () => planRebuild(api, connectionId, await backup(), 'another'),
    rebuilt: async () => makeRebuilt(kit, connectionId, await backup()),
    async claimed() {
      const { id: planId } = await planClaim(api, connectionId, KEY)
      const { id: jobId, recordId } = await kit.finished(await api.recovery.run({ connectionId, planId }))
      return { jobId, recordId }
    },
  }
}
async function sweepPlan(connectionId: string): Promise<string> {
  for await (const step of await kit.api.sweep.plan({ ...ANY_SWEEP, connectionId })) {
    if (step.state === 'ready') return step.plan.id
  }
  throw new Error('a plan came to no end')
}
async function swept(connectionId: string): Promise<string> {
  const job = await kit.api.sweep.run({ connectionId, planId: await sweepPlan(connectionId) })
  return (await kit.finished(job)).recordId
}
async function ruleThatIsOn(connectionId: string): Promise<string> {
  const { api, direct } = kit
  await direct.xgroup('CREATE', 'ruled', 'ruled', '0', 'MKSTREAM')
  const held = await direct.xadd('ruled', '*', 'a', 'b')
  await direct.xreadgroup('GROUP', 'ruled', 'crashed', 'STREAMS', 'ruled', '>')
  await direct.xclaim('ruled', 'ruled', 'crashed', 0, held!, 'IDLE', 60_000, 'JUSTID')
  const { id } = await api.rule.add({ ...ANY_RULE, stream: 'ruled', connectionId })
  await api.rule.dryRun({ connectionId, id })
  await api.rule.enable({ connectionId, id })
  return id
}
async function makeReadOnly(world: World): Promise<void> {
  await kit.api.connection.save({ id: world.connectionId, profile: kit.redis.connection({ readOnly: true }) })
  await expect.poll(() => status(world)).toBe('open')
}
async function status({ connectionId }: World): Promise<unknown> {
  for await (const { state } of await kit.api.connection.watch({ connectionId })) return state
  return null
}

test('what mutates names its connection, and what is irreversible its stream and the confirmation', () => {
  expect(mutating.length).toBeGreaterThanOrEqual(5)
  for (const { path, meta, inputSchema } of mutating) {
    const shape = Object.keys((inputSchema as ZodObject).shape)
    expect(shape, path).toContain('connectionId')
    if (meta.irreversible) expect(shape, path).toEqual(expect.arrayContaining(['key', 'confirmation']))
  }
  expect(reading.filter(({ meta }) => meta.irreversible)).toEqual([])
})

const refused = { code: 'READ_ONLY', defined: true, data: { connection: 'test' } }

describe.each(mutating)('$path', ({ path }) => {
  test('is refused on a read-only connection: nothing is sent, nothing journaled, no job started', async () => {
    const world = await prepare()
    const whole = await inputs[path](world)
    await makeReadOnly(world)
    const { connectionId } = world
    const before = { sent: await kit.writesSent(), journal: kit.journaled(), jobs: await kit.api.job.list() }
    // A client that is not of our making may leave out whatever it likes.
    for (const input of [{ connectionId }, { connectionId, key: KEY }, { connectionId, key: KEY, confirmation: KEY }]) {
      await expect(procedure(path)({ ...whole, ...input })).rejects.toMatchObject(refused)
      await expect(procedure(path)(input)).rejects.toMatchObject(refused)
    }
    const after = { sent: await kit.writesSent(), journal: kit.journaled(), jobs: await kit.api.job.list() }
    expect(after).toEqual(before)
  })

  test('does write on a connection that is not, so the test above can fail', async () => {
    const world = await prepare()
    const input = await inputs[path](world)
    const before = { changes: await kit.changes(), journal: kit.journaled() }
    await procedure(path)(input)
    await expect.poll(() => kit.changes(), { timeout: 30_000 }).toBeGreaterThan(before.changes)
    expect(kit.journaled()).not.toBe(before.journal)
  })

  test.each([
    ['no input', undefined, ''],
    ['no connection', {}, 'connectionId'],
    ['a connection that is no text', { connectionId: 5 }, 'connectionId'],
    ['a key that is no name', { connectionId: 'c', key: 5 }, 'key'],
    ['a confirmation that is no name', { connectionId: 'c', key: 'k', confirmation: 5 }, 'confirmation'],
  ])('is BAD_INPUT with %s, and no fault of Sluice', async (_what, input, field) => {
    await expect(procedure(path)(input)).rejects.toMatchObject({ code: 'BAD_INPUT', defined: true, data: { field } })
    expect(kit.logged()).not.toContain('a procedure failed')
  })

  test('is NOT_FOUND on a connection that is not known, and UNREACHABLE on one that is closed', async () => {
    const world = await prepare()
    const onStream = { ...(await inputs[path](world)), key: KEY }
    await expect(procedure(path)({ ...onStream, connectionId: 'gone' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { what: 'connection' },
    })
    await kit.api.connection.close({ connectionId: world.connectionId })
    const before = kit.journaled()
    const closed = { ...onStream, connectionId: world.connectionId }
    await expect(procedure(path)(closed)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(kit.journaled()).toBe(before)
  })
})

test.each(reading)(
  '$path writes nothing, in Redis or in the journal, and tells nothing that is masked',
  async ({ path }) => {
    const world = await prepare()
    const input = await inputs[path](world)
    const before = { changes: await kit.changes(), journal: kit.journaled() }
    const leave = new AbortController()
    const called = procedure(path)(input, { signal: leave.signal })
    if (path === 'entry.tail') {
      const reads = async () => /cmdstat_xread:calls=(\d+)/.exec(await kit.direct.info('commandstats'))?.[1] ?? '0'
      const sofar = await reads()
      const first = ((await called) as AsyncIterator<unknown>).next()
      await expect.poll(reads, { timeout: 30_000 }).not.toBe(sofar)
      leave.abort()
      await first.catch(() => undefined)
    } else {
      const result = await called
      const told: unknown[] = [result]
      if (isEvents(result)) {
        for await (const event of result) {
          told.push(event)
          if (isLast(event)) break
        }
      }
      expect(readableIn(told)).not.toContain(SECRET)
    }
    leave.abort()
    expect({ changes: await kit.changes(), journal: kit.journaled() }).toEqual(before)
  },
)

/** All that somebody may make of it. */
function readableIn(told: unknown): string {
  const text = JSON.stringify(told)
  const packed = [...text.matchAll(/[\w+/]{16,}={0,2}/g)].map(([each]) =>
    Buffer.from(each, 'base64').toString('latin1'),
  )
  return [text, ...packed].join('\n')
}

function isEvents(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result
}

/** Watches never end; what comes to an end by itself is heard out. */
function isLast(event: unknown): boolean {
  return !(
    typeof event === 'object' &&
    event !== null &&
    'state' in event &&
    /^(reading|scanning)$/.test(String(event.state))
  )
}
