import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createGuard } from '../../../electron/api/guard'
import { addEntry } from '../../../electron/redis/xadd'
import { createAdditions, type NewEntry } from '../../../electron/services/additions/additions'
import { createConnections, type Connections } from '../../../electron/services/connections/connections'
import { BEGIN } from '../../../electron/services/jobs/begin-record'
import { createLostReply } from '../../../electron/services/jobs/create-lost-reply'
import { recordDraft, type RecordDraft } from '../../../electron/services/jobs/record-draft'
import { doOnce } from '../../../electron/services/jobs/start-job'
import type { Writer } from '../../../electron/redis/reader-writer'
import type { WriteGrant } from '../../../electron/services/jobs/write-grant'
import { openJournal, type Journal } from '../../../electron/services/journal/journal'
import { noCounts } from '../../../shared/judgement/job-counts'
import { createMemorySecrets } from '../../../electron/services/connections/secrets'
import type { JournalRecord } from '../../../shared/model/journal'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { createMemoryLog } from '../../helpers/memory-log'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { verbatim } from '../../../shared/words/messages'
import { CALLERS } from '../../helpers/callers'

let redis: TestRedis
let proxy: FaultProxy
let dataDir: string
let connections: Connections
let journal: Journal
let memory: ReturnType<typeof createMemoryLog>
let connectionId: string
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())
beforeEach(async () => {
  await redis.cli('FLUSHALL')
  proxy = await startFaultProxy(redis)
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-guard-'))
  memory = createMemoryLog()
  connections = await createConnections({ dataDir, secrets: createMemorySecrets(), log: memory.log })
  // A file for every line, so that each one needs the folder.
  journal = await openJournal(dataDir, { rotateBytes: 1, keepBytes: 1e9 })
  connectionId = (await connections.add(profile(), null)).id
  await connections.open(connectionId)
})
afterEach(async () => {
  connections.close()
  await journal.close()
  await proxy.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const profile = (readOnly = false) =>
  redis.connection({ readOnly, endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } })
/** What the guard told to look for. */
let lookedFor: unknown[] = []
const guardOf = (readOnly: boolean) =>
  createGuard({ connections, journal, readOnly, onEnd: (...about) => lookedFor.push(about) })
const now = <T>(draft: RecordDraft, work: (writer: Writer) => Promise<T>): Promise<T> =>
  doOnce(grant(), draft, memory.log, work)
const grant = (): WriteGrant => guardOf(false)({ connectionId }, false, CALLERS.operator.who)
/** Of a reply that is lost nothing is read back. */
const additions = createAdditions({
  lostReply: () => createLostReply(() => Promise.reject(new Error('refused'))),
  log: { error: (...said: readonly unknown[]) => memory.log.error(said[0], String(said[1])) },
})
const addOne = (given: WriteGrant, asked: Omit<NewEntry, 'connectionId'>) =>
  additions.addEntry(given, { connectionId, ...asked })
const entry = { key: 'orders', id: '5-0', fields: [['a', 'b']], create: true } as const
async function onlyRecord(): Promise<JournalRecord> {
  const { records } = await journal.list({ count: 10 })
  expect(records).toHaveLength(1)
  return records[0]!
}
/** As when the disk is taken away: nothing more can be journaled. */
function breakJournal(): void {
  rmSync(join(dataDir, 'journal'), { recursive: true })
  writeFileSync(join(dataDir, 'journal'), '')
}
function mendJournal(): void {
  rmSync(join(dataDir, 'journal'))
}

test('one command: begun before, ended after, with what came of it', async () => {
  const written = await now(recordDraft('add entry', 'orders', verbatim('add entry')), async (writer) => {
    expect(await onlyRecord()).toMatchObject({ state: 'running', endedAt: null, connectionId, key: 'orders' })
    expect(await connections.source(connectionId, 'orders').reader.call('XLEN', 'orders')).toBe('0')
    return addEntry(writer, Buffer.from('orders'), '1-0', [Buffer.from('a'), Buffer.from('b')], { create: true })
  })
  expect(written).toBe('1-0')
  expect(await onlyRecord()).toMatchObject({ state: 'done', counts: { changed: 1 }, error: null })
})

test('streams that may be new are told of once it is over, however it ended', async () => {
  lookedFor = []
  const about = recordDraft('claim', 'orders', verbatim('claim'), { makes: ['orders:dead'] })
  const { record } = await grant()[BEGIN](about)
  expect(lookedFor).toEqual([])
  expect(await onlyRecord()).not.toHaveProperty('makes')
  await record.end({ state: 'cancelled', counts: noCounts, error: null })
  expect(lookedFor).toMatchObject([[connectionId, ['orders', 'orders:dead'], { action: 'claim', group: null }]])
  await addOne(grant(), entry)
  await expect(addOne(grant(), entry)).rejects.toMatchObject({ code: 'REDIS' })
  expect(lookedFor.slice(1)).toMatchObject(Array(2).fill([connectionId, ['orders'], { action: 'add entry' }]))
})

test('what Redis refuses is journaled with its words, and thrown', async () => {
  await redis.cli('XADD', 'orders', '9-0', 'a', 'b')
  const refused = { code: 'REDIS', data: { reply: expect.stringContaining('equal or smaller') as string } }
  await expect(addOne(grant(), entry)).rejects.toMatchObject(refused)
  expect(await onlyRecord()).toMatchObject({ state: 'failed', counts: { changed: 0, unknown: 0 }, error: refused })
})

test('a group that exists already is journaled as failed, and left as it is', async () => {
  await redis.cli('XGROUP', 'CREATE', 'orders', 'billing', '0', 'MKSTREAM')
  const group = { connectionId, key: 'orders', group: 'billing', start: '$', mkstream: false } as const
  const { reader } = connections.source(connectionId, 'orders')
  await expect(additions.addGroup(grant(), reader, group)).rejects.toMatchObject({
    code: 'REDIS',
    data: { prefix: 'BUSYGROUP' },
  })
  expect(await onlyRecord()).toMatchObject({ state: 'failed', error: { data: { prefix: 'BUSYGROUP' } } })
})

test('a lost reply that nobody can read back is journaled as interrupted and unknown, and nothing is sent again', async () => {
  const struck = proxy.fault('XADD', { kind: 'cut-before-reply' })
  await expect(addOne(grant(), entry)).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
  await struck
  expect(await onlyRecord()).toMatchObject({ state: 'interrupted', counts: { changed: 0, unknown: 1 } })
  expect(await redis.cli('XLEN', 'orders')).toBe('1')
})

test('a connection that is lost before is journaled as interrupted, and certainly nothing came of it', async () => {
  const given = grant()
  proxy.refuse()
  proxy.cut()
  await expect.poll(() => connections.status(connectionId).state, { timeout: 30_000 }).toBe('reconnecting')
  await expect(addOne(given, entry)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect(await onlyRecord()).toMatchObject({ state: 'interrupted', counts: { changed: 0, unknown: 0 } })
})

test('a fault of Sluice is journaled without its words', async () => {
  const failing = now(recordDraft('add entry', 'orders', verbatim('add')), () => Promise.reject(new Error('secret-42')))
  await expect(failing).rejects.toThrow('secret-42')
  const record = await onlyRecord()
  expect(record).toMatchObject({ state: 'failed', error: { code: 'INTERNAL', data: null } })
  expect(JSON.stringify(record)).not.toContain('secret-42')
})

test('a journal that can not be begun: STORAGE, and no writer to send with', async () => {
  writeFileSync(join(dataDir, 'journal'), '')
  let asked = false
  const work = async () => (asked = true)
  await expect(now(recordDraft('add entry', 'orders', verbatim('add')), work)).rejects.toMatchObject({
    code: 'STORAGE',
  })
  await expect(grant()[BEGIN](recordDraft('claim', 'orders', verbatim('claim')))).rejects.toMatchObject({
    code: 'STORAGE',
  })
  expect(asked).toBe(false)
  mendJournal()
})

test('a journal that can not be ended after a success: the caller hears of the success, the log of the journal', async () => {
  const added = now(recordDraft('add entry', 'orders', verbatim('add')), async (writer) => {
    const id = await addEntry(writer, Buffer.from('orders'), '5-0', [Buffer.from('a'), Buffer.from('b')], {
      create: true,
    })
    breakJournal()
    return id
  })
  expect(await added).toBe('5-0')
  expect(await redis.cli('XLEN', 'orders')).toBe('1')
  expect(memory.text()).toContain('the end of a mutation could not be journaled')
  mendJournal()
})

test('a journal that can not be ended after a failure: the caller hears of the failure', async () => {
  const failing = now(recordDraft('add entry', 'orders', verbatim('add')), async (writer) => {
    await redis.cli('SET', 'orders', 'text')
    breakJournal()
    return addEntry(writer, Buffer.from('orders'), '5-0', [Buffer.from('a'), Buffer.from('b')], { create: true })
  })
  await expect(failing).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE' } })
  expect(memory.text()).toContain('the end of a mutation could not be journaled')
  mendJournal()
})

test('what is made read-only meanwhile is not written to any more', async () => {
  const { writer } = await grant()[BEGIN](recordDraft('claim', 'orders', verbatim('claim')))
  const add = (id: string) => writer.write('XADD', 'orders', id, 'a', 'b')
  await add('1-0')
  await connections.save({ id: connectionId, profile: profile(true) })
  await expect(add('2-0')).rejects.toMatchObject({ code: 'READ_ONLY' })
  const both = writer.transaction([['XADD', 'orders', '3-0', 'a', 'b']])
  await expect(both).rejects.toMatchObject({ code: 'READ_ONLY' })
  expect(() => grant()).toThrow(expect.objectContaining({ code: 'READ_ONLY' }))
  expect(await redis.cli('XLEN', 'orders')).toBe('1')
  await connections.save({ id: connectionId, profile: profile() })
  await add('4-0')
})

test('a record names the connection as it is called now', async () => {
  await addOne(grant(), entry)
  await connections.save({ id: connectionId, profile: { ...profile(), name: 'renamed' } })
  await addOne(grant(), { ...entry, id: '6-0' })
  const { records } = await journal.list({ count: 10 })
  expect(records.map(({ connectionName }) => connectionName)).toEqual(['renamed', 'test'])
})
