import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBodyLog } from '../../../../electron/services/backup/body-log'
import { createBackupList } from '../../../../electron/services/backup/list-backups'
import { findBackup, readEntries, readHeader } from '../../../../electron/services/backup/read-backup'
import { openBackup } from '../../../../electron/services/backup/whole-backup'
import { openJournal, type Journal } from '../../../../electron/services/journal/journal'
import type { RawEntry } from '../../../../electron/redis/xrange'
import { claimRecord } from '../journal/records-for-tests'

const RECORD = '0f8fad5b-d9cb-469f-a165-70867728950e'
const OTHER = '7c9e6679-7425-40de-944b-e07fc1f90ae7'

let dataDir: string
let folder: string
let journal: Journal
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-backups-'))
  folder = join(dataDir, 'backups')
  journal = await openJournal(dataDir)
})
afterEach(async () => {
  await journal.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const entry = (id: string, ...fields: (string | Buffer)[]): RawEntry => ({
  id,
  fields: (fields.length > 0 ? fields : ['n', id]).map((part) => Buffer.from(part as string)),
})
const BINARY = Buffer.from([0xff, 0x00, 0x0a, 0xfe])

async function log(entries: readonly RawEntry[], recordId = RECORD, kind: 'delete' | 'ack-delete' = 'delete') {
  const made = createBodyLog(dataDir, recordId, 'orders', kind)
  await made.add(entries)
  made.sent()
  await made.close()
  return `${kind}-${recordId}.jsonl`
}

async function contents(name: string): Promise<readonly (RawEntry | null)[]> {
  const found: (RawEntry | null)[] = []
  for await (const each of readEntries(await findBackup(dataDir, name))) found.push(each)
  return found
}

const list = async () => (await createBackupList(dataDir, journal)()).backups

describe('a backup that was written', () => {
  test('is read back byte for byte, repeated names and what is no text included', async () => {
    const entries = [
      entry('1-0', 'a', '1', 'a', '2'),
      entry('18446744073709551615-18446744073709551615', BINARY, BINARY),
    ]
    expect(await contents(await log(entries))).toEqual(entries)
    const whole = await openBackup(dataDir, OTHER, { base64: BINARY.toString('base64') })
    await whole.add(entries)
    await whole.finish()
    const [name = ''] = (await list()).filter(({ kind }) => kind === 'trim').map(({ file }) => file)
    expect(await contents(name)).toEqual(entries)
    expect(await readHeader(await findBackup(dataDir, name))).toMatchObject({
      stream: { base64: BINARY.toString('base64') },
    })
  })

  test('is listed with what it holds and the record that it was made for', async () => {
    const { id } = await journal.begin(claimRecord({ connectionId: 'c1', key: 'orders' }))
    const name = await log([entry('5-1'), entry('5-9'), entry('10-0')], id, 'ack-delete')
    expect(await list()).toMatchObject([
      {
        ...{ file: name, path: join(folder, name), kind: 'ack-delete', partial: false, stream: 'orders' },
        contents: { entries: 3, damaged: 0, firstId: '5-1', lastId: '10-0' },
        record: { id, connectionId: 'c1', state: 'running' },
      },
    ])
  })

  test('is listed too when the journal does not go back so far', async () => {
    const name = await log([entry('1-0')])
    expect(await list()).toMatchObject([{ file: name, record: null, contents: { entries: 1 } }])
  })

  test('is read again for the list once it has grown, and not before', async () => {
    const backups = createBackupList(dataDir, journal)
    const name = await log([entry('1-0')])
    const counted = async () => (await backups()).backups.map((each) => each.contents?.entries)
    expect(await counted()).toEqual([1])
    appendFileSync(join(folder, name), '{"id":"2-0","fields":[["n","2"]]}\n')
    expect(await counted()).toEqual([2])
  })

  test('is listed as partial while it was never finished', async () => {
    const whole = await openBackup(dataDir, RECORD, 'orders')
    await whole.add([entry('1-0')])
    expect(await list()).toMatchObject([{ partial: true, contents: { entries: 1 } }])
    await whole.discard()
    expect(await list()).toEqual([])
  })
})

describe('a damaged backup', () => {
  test('cut in the middle of a line is read up to it, and says so', async () => {
    const name = await log([entry('1-0'), entry('2-0'), entry('3-0')])
    truncateSync(join(folder, name), (await findBackup(dataDir, name)).bytes - 5)
    expect(await contents(name)).toEqual([entry('1-0'), entry('2-0'), null])
    expect(await list()).toMatchObject([{ contents: { entries: 2, damaged: 1, lastId: '2-0' } }])
  })

  test('with garbage within gives what is whole before and after it', async () => {
    const name = await log([entry('1-0')])
    const bad = ['', '{', 'null', '[]', '{"id":"2-0"}', '{"id":"2-0","fields":[]}', '{"id":"two","fields":[["a","b"]]}']
    appendFileSync(join(folder, name), `${bad.join('\n')}\n{"id":"9-0","fields":[["n","9-0"]]}\n`)
    expect(await contents(name)).toEqual([entry('1-0'), ...bad.map(() => null), entry('9-0')])
  })

  test('with bytes that are no UTF-8 is not read with letters lost', async () => {
    const name = await log([entry('1-0')])
    appendFileSync(join(folder, name), Buffer.concat([Buffer.from('{"id":"2-0","fields":[["n","'), BINARY]))
    appendFileSync(join(folder, name), '"]]}\n')
    // What looks like a line feed among them is one.
    expect((await contents(name)).slice(1)).toEqual([null, null])
  })

  test.each([
    ['empty', ''],
    ['without its first line', '{"id":"1-0","fields":[["n","1"]]}\n'],
    ['of garbage', Buffer.from([0, 1, 2, 255])],
    ['with half a first line', '{"stream":"ord'],
  ])('that is %s names no stream, and is listed all the same', async (_what, written) => {
    mkdirSync(folder)
    writeFileSync(join(folder, `delete-${RECORD}.jsonl`), written)
    expect(await list()).toMatchObject([{ stream: null, savedAt: null, contents: null }])
  })
})

describe('only what is a backup of the folder', () => {
  test.each([
    '../journal/journal.jsonl',
    `../backups/delete-${RECORD}.jsonl`,
    `/etc/passwd`,
    `delete-${RECORD}.jsonl/../../settings.json`,
    `delete-${RECORD}.jsonl\0`,
    `delete-${RECORD.toUpperCase()}.jsonl`,
    `delete-${RECORD}.jsonl.bak`,
    '..',
    '',
  ])('can be named: not %j', async (name) => {
    await log([entry('1-0')])
    await expect(findBackup(dataDir, name)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'file' } })
  })

  test('is listed: no other file, no folder, no link to elsewhere', async () => {
    const name = await log([entry('1-0')])
    writeFileSync(join(folder, 'notes.txt'), 'x')
    mkdirSync(join(folder, `delete-${OTHER}.jsonl`))
    symlinkSync(join(folder, name), join(folder, `ack-delete-${OTHER}.jsonl`))
    expect((await list()).map(({ file }) => file)).toEqual([name])
    await expect(findBackup(dataDir, `ack-delete-${OTHER}.jsonl`)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('a disk that fails', () => {
  test('has nothing to list where there is no folder', async () => {
    expect(await createBackupList(dataDir, journal)()).toEqual({ backups: [], older: 0 })
  })

  test('is told of where the folder can’t be read', async () => {
    writeFileSync(folder, 'a file where the folder belongs')
    await expect(list()).rejects.toMatchObject({ code: 'STORAGE', data: { file: folder } })
  })

  test('says that a backup is not there (any more)', async () => {
    const name = await log([entry('1-0')])
    const found = await findBackup(dataDir, name)
    rmSync(join(folder, name))
    await expect(findBackup(dataDir, name)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'backup', name } })
    await expect(readEntries(found).next()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('says that what is there can’t be read as a file', async () => {
    const name = await log([entry('1-0'), entry('2-0')])
    const found = await findBackup(dataDir, name)
    await expect(readEntries({ ...found, path: folder }).next()).rejects.toMatchObject({
      code: 'STORAGE',
      data: { file: folder },
    })
  })
})

test('of 300 backups the newest 200 are listed, with how many more there are', async () => {
  mkdirSync(folder)
  for (let n = 0; n < 300; n += 1) {
    const id = RECORD.replace(/^.{8}/, String(n).padStart(8, '0'))
    writeFileSync(join(folder, `delete-${id}.jsonl`), '{"stream":"s","savedAt":"2026-01-01T00:00:00.000Z"}\n')
  }
  const { backups, older } = await createBackupList(dataDir, journal)()
  expect([backups.length, older]).toEqual([200, 100])
})
