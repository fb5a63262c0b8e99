import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRouterClient } from '@orpc/server'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createBackend, type Backend } from '../../electron/api/backend'
import { createDownloads } from '../../electron/web/downloads'
import { openJournal } from '../../electron/services/journal/journal'
import type { AppErrorInfo } from '../../shared/error-data'
import type { Job } from '../../shared/model/job'
import type { UndoWhich } from '../../shared/model/undo-plan'
import type { JournalRecord } from '../../shared/model/journal'
import type { Backup } from '../../shared/model/restore'
import { errorWords } from '../../shared/words/errors'
import { sentence, verbatim } from '../../shared/words/messages'
import { defaultSettings, type Settings } from '../../shared/model/settings'
import type { Api } from '../electron/api/backend-kit'
import { pendingOf, walked } from '../electron/services/recovery/recovery-kit'
import { createMemoryLog } from '../helpers/memory-log'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { AS_ADMIN } from '../helpers/callers'
import { builtDecoder } from '../helpers/built-decoder'

// What 0.1.0 left behind opens with all it holds; see the README beside it.
const FIXTURE = fileURLToPath(new URL('../fixtures/data-0.1.0/', import.meta.url))
const read = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURE, name), 'utf8'))
/** As 0.1.0 listed them: with sentences, which stand in the journal as they are shown. */
interface Listed extends Omit<JournalRecord, 'commands' | 'summary' | 'undo' | 'error'> {
  readonly commands: number
  readonly summary: string
  readonly undo: Omit<JournalRecord['undo'], 'note'> & { readonly note: string }
  readonly error: (AppErrorInfo & { readonly message: string }) | null
}
const RECORDS = read('records.json') as readonly Listed[]
const BACKUPS = read('backups.json') as readonly (Omit<Backup, 'record'> & {
  readonly record: { readonly summary: string } | null
})[]
const KEYS = read('keys.json') as readonly (readonly [string, string])[]
const JOURNAL = readdirSync(join(FIXTURE, 'data/journal')).map((name) =>
  readFileSync(join(FIXTURE, 'data/journal', name), 'utf8'),
)
interface Line {
  readonly t: string
  readonly id: string
  readonly commands: readonly string[]
  readonly entries: readonly unknown[]
}
const LINES = JOURNAL.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as Line)

let redis: TestRedis
let direct: Redis
let dataDir: string
let backend: Backend
let api: Api
let memory = createMemoryLog()
beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client({ stringNumbers: true })
})
afterAll(() => redis.stop())
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-compat-'))
  cpSync(join(FIXTURE, 'data'), dataDir, { recursive: true })
  memory = createMemoryLog()
})
afterEach(async () => {
  await backend.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function open(): Promise<void> {
  backend = await createBackend({
    kind: 'web',
    version: '9.9.9',
    dataDir,
    sandbox: false,
    saveFile: createDownloads().save,
    decoderFile: builtDecoder,
    log: memory.log,
  })
  api = createRouterClient(backend.router, { context: AS_ADMIN })
}

/** Lets the connection lead to the test's server, as if that were where 0.1.0 did it all, and opens it. */
async function openOnServer(): Promise<string> {
  const address = `${redis.host}:${redis.port}`
  for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path, 'utf8').replaceAll('"redis.example:6379"', JSON.stringify(address))
    writeFileSync(
      path,
      text.replace(/"host": "redis\.example",(\s+)"port": 6379/, `"host": "${redis.host}",$1"port": ${redis.port}`),
    )
  }
  await direct.flushall()
  for (const [name, dump] of KEYS) {
    await direct.callBuffer('RESTORE', [Buffer.from(name, 'latin1'), 0, Buffer.from(dump, 'base64')])
  }
  await open()
  const [connection] = await api.connection.list()
  const connectionId = connection?.id ?? ''
  await api.connection.open({ connectionId })
  return connectionId
}

/** The whole journal, page by page. */
async function allRecords(): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = []
  for (let before: string | undefined; ;) {
    const page = await api.journal.list({ count: 20, ...(before === undefined ? {} : { before }) })
    expect(page).toMatchObject({ damaged: 0, newer: 0 })
    records.push(...page.records)
    if (page.next === null) return records
    before = page.next
  }
}

test('the connections that it saved are there, in their order, and its file stays as it was', async () => {
  await open()
  const file = JSON.parse(readFileSync(join(FIXTURE, 'data/connections.json'), 'utf8')) as {
    connections: { tls: object | null }[]
  }
  expect(file.connections).toHaveLength(11)
  expect(await api.connection.list()).toEqual(
    file.connections.map(({ tls, ...each }) => ({
      ...each,
      tls: tls && { ...tls, cert: '' },
      ssh: null,
      secrets: [],
      givenBy: null,
    })),
  )
  expect(readFileSync(join(dataDir, 'connections.json'))).toEqual(readFileSync(join(FIXTURE, 'data/connections.json')))
  expect(readdirSync(dataDir).filter((name) => name.includes('damaged'))).toEqual([])
  expect(memory.text()).toBe('')
})

test('its settings hold', async () => {
  await open()
  const saved: Settings = {
    ...defaultSettings,
    theme: 'dark',
    density: 'comfortable',
    refreshSeconds: 30,
    stalledAfterMs: 90_000,
    // As it was with that threshold for stalled.
    laggingAfterMs: 450_000,
    delimiter: '/',
  }
  expect(await api.host.settings()).toEqual(saved)
})

test('every record of its journal is listed as it listed it, and its batches are read back', async () => {
  await open()
  const records = await allRecords()
  // A record of then doesn't say who it was.
  expect(records.map(listed)).toEqual(
    RECORDS.map(({ error, ...record }) => ({ ...record, error: error?.code ?? null, who: null })),
  )
  for (const [at, { error }] of records.entries()) {
    if (error === null) continue
    // What the words are made of is all there, and more by now.
    expect(error).toMatchObject({ data: RECORDS[at]?.error?.data })
    expect(errorWords(error)).not.toBeNull()
  }
  const begun = new Map(LINES.filter(({ t }) => t === 'begin').map(({ id, commands }) => [id, commands]))
  for (const { id, commands } of records) expect(commands).toEqual(begun.get(id))

  const journal = await openJournal(dataDir)
  for (const { id } of records) {
    expect((await journal.get(id)).server).toMatchObject({ db: 0 })
    const written = LINES.filter((line) => line.id === id && line.t === 'intent')
    const batches: number[] = []
    for await (const { changed, until } of journal.batches(id)) if (until === null) batches.push(changed.length)
    const open = RECORDS.find((record) => record.id === id)?.state === 'interrupted'
    if (!open) expect(batches).toEqual([])
    for (const size of batches) expect(written.map(({ entries }) => entries.length)).toContain(size)
  }
  await journal.close()
})

function listed({ summary, undo, commands, error, ...record }: JournalRecord) {
  return {
    ...{ ...record, summary: sentence(summary), undo: { ...undo, note: sentence(undo.note) } },
    ...{ commands: commands.length, error: error?.code ?? null },
  }
}

test('every kind of action is among them', () => {
  const kinds = new Set(RECORDS.map(({ action }) => action))
  expect([...kinds].sort()).toEqual([
    ...[
      'ack',
      'ackDelete',
      'add entry',
      'autoClaim',
      'claim',
      'create consumer',
      'create group',
      'deadLetter',
      'delete',
    ],
    ...['destroy group', 'handle', 'redrive', 'release', 'remove consumer', 'requeue', 'restore entries'],
    ...['restore stream', 'set id', 'spread', 'swap streams', 'trim', 'undo'],
  ])
  const states = new Set(RECORDS.map(({ state }) => state))
  expect([...states].sort()).toEqual(['cancelled', 'done', 'failed', 'interrupted'])
})

test('its backups are listed with what they were made for, and read to their ends', async () => {
  const connectionId = await openOnServer()
  const { backups, older } = await api.restore.backups()
  const byName = (a: { readonly file: string }, b: { readonly file: string }) => (a.file < b.file ? -1 : 1)
  const pathless = BACKUPS.map(({ path: _path, record, ...backup }) => ({
    ...backup,
    record: record && { ...record, summary: verbatim(record.summary) },
  }))
  const partial = readdirSync(join(FIXTURE, 'data/backups')).find((name) => name.endsWith('.partial')) ?? ''
  expect(older).toBe(0)
  expect(backups.toSorted(byName)).toMatchObject(
    // The one that was cut short by hand came after the list was made.
    [
      ...pathless,
      { file: partial, kind: 'trim', partial: true, record: null, contents: { entries: 4, damaged: 1 } },
    ].toSorted(byName),
  )
  for (const { file, contents } of BACKUPS) {
    const asked = { connectionId, key: 'elsewhere', file, ids: null, provenance: true }
    const { plan } = (await walked(api.restore.planCopies(asked))).ready
    expect(plan).toMatchObject({ entries: contents?.entries, damaged: contents?.damaged })
  }
})

/** Undoes what of a record is certain, and then what is possible; gives the last job at its end, with what came back in all. */
async function undo(connectionId: string, recordId: string): Promise<Job> {
  const certain = await undoOf(connectionId, recordId, 'certain')
  const { records } = await api.journal.list({ count: 500 })
  if (records.find(({ id }) => id === recordId)?.undo.undoneBy !== null || certain.counts.leftAlone === 0)
    return certain
  const possible = await undoOf(connectionId, recordId, 'possible')
  return { ...possible, counts: { ...possible.counts, changed: certain.counts.changed + possible.counts.changed } }
}

async function undoOf(connectionId: string, recordId: string, which: UndoWhich): Promise<Job> {
  // It kept no evidence of what it was done on: what can't be proven is asked, and taken upon oneself here.
  const { plan } = (await walked(api.recovery.planUndo({ connectionId, recordId, which }))).ready
  const accepts = (plan.doubts ?? []).map(({ code }) => code)
  const { id } = await api.recovery.undo({ connectionId, recordId, accepts, which })
  for await (const job of await api.job.watch()) if (job.id === id && job.state !== 'running') return job
  throw new Error('the job was never heard of again')
}

test('all that can be taken back is taken back as by the Sluice that did it', async () => {
  const connectionId = await openOnServer()
  // What was made of the others was undone by 0.1.0 itself, and their keys were left out.
  const open = RECORDS.filter(
    ({ undo, key }) =>
      undo.possible && undo.undoneBy === null && !(typeof key === 'string' && key.startsWith('undone:')),
  )
  const kinds = new Set(open.map(({ action }) => action))
  expect([...kinds].sort()).toEqual([
    ...['ack', 'autoClaim', 'claim', 'deadLetter', 'destroy group', 'handle', 'remove consumer', 'requeue'],
    ...['restore entries', 'restore stream', 'set id', 'spread', 'swap streams'],
  ])
  for (const { id, action, key, counts, state } of open) {
    if (action === 'deadLetter' && key === 'orders') {
      // Killed before the other one, and put aside then.
      await direct.del('orders')
      await direct.rename('killed:dead-letter', 'orders')
      await direct.rename('killed:dead-letter:dead', 'orders:dead')
    }
    const undone = await undo(connectionId, id)
    expect(undone.counts.changed > 0 || key === 'left:clean-up-what-is-gone').toBe(true)
    expect(undone, `${action} ${JSON.stringify(key)}`).toMatchObject({
      state: 'done',
      counts: { leftAlone: 0, unknown: 0 },
    })
    // What was in flight when it was killed is looked up, and given back where it was done.
    const changed = action === 'ack' && key === 'left:clean-up-what-is-gone' ? 0 : counts.changed + counts.unknown
    if (state === 'done') expect(undone, `${action} ${JSON.stringify(key)}`).toMatchObject({ counts: { changed } })
  }
  const held = await pendingOf(direct, 'left:claim')
  expect(held.map(([id, consumer, deliveries]) => [id, consumer, deliveries])).toEqual([
    ...['1-0', '2-0', '3-0', '4-0', '5-0', '6-0'].map((id) => [id, 'alice', id === '2-0' ? '4' : '1']),
    ['9-0', 'bob', '1'],
  ])
  const after = await allRecords()
  for (const { id } of open) expect(after.find((record) => record.id === id)?.undo.undoneBy).not.toBeNull()
  // Beside the files of 0.1.0 there is one of ours, and the words of theirs are in it as they were.
  const files = readdirSync(join(dataDir, 'journal')).map((name) =>
    readFileSync(join(dataDir, 'journal', name), 'utf8'),
  )
  const formats = files.map((text) => text.split('\n')[0])
  expect(new Set(formats)).toEqual(new Set(['{"t":"format","version":1}', '{"t":"format","version":2}']))
  const claim = open.find(({ action }) => action === 'claim')
  const ofClaim = after.find(
    ({ action, summary }) => action === 'undo' && sentence(summary) === `undo: ${claim?.summary}`,
  )
  expect(ofClaim?.summary).toMatchObject({ code: 'journal.undo' })
})
