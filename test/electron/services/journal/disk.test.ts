import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { batchesOf, claimRecord, counts, priors, useJournals, writeWhole } from './journal-kit'

const kit = useJournals()
afterEach(() => void vi.restoreAllMocks())

/** What all open files have their methods from. */
async function fileHandles(): Promise<FileHandle> {
  const handle = await open(process.execPath, 'r')
  await handle.close()
  return Object.getPrototypeOf(handle) as FileHandle
}

/** Tells, after each sync of a file, what the file held by then. The sync itself goes ahead. */
async function watchSyncs(): Promise<readonly string[]> {
  const real = await fileHandles()
  const seen: string[] = []
  const datasync = real.datasync
  vi.spyOn(real, 'datasync').mockImplementation(async function (this: FileHandle) {
    const held = kit.names().map(kit.text).join('')
    await datasync.call(this)
    seen.push(held)
  })
  return seen
}

test('a beginning, an intent and an end are on the disk, synced, before their promise resolves', async () => {
  const synced = await watchSyncs()
  const journal = await kit.open()
  const record = await journal.begin(claimRecord())
  expect(synced.at(-1)).toContain(`{"t":"begin","id":"${record.id}"`)
  await record.intent(7, 1, priors([1]))
  expect(synced.at(-1)).toContain(`{"t":"intent","id":"${record.id}","batch":7`)
  await record.outcome(7, { until: 2, counts: counts(), except: [] })
  // An outcome lost to a power cut is read back as unknown: it needs no sync of its own.
  expect(synced).toHaveLength(2)
  expect(kit.text(kit.names()[0]!)).toContain(`{"t":"outcome","id":"${record.id}","batch":7`)
  await record.end({ state: 'done', counts: counts(), error: null })
  expect(synced.at(-1)).toContain(`{"t":"end","id":"${record.id}"`)
})

test('a new file’s place in its folder is synced before anything in it counts', async () => {
  const real = await fileHandles()
  const folders: boolean[] = []
  const sync = real.sync
  vi.spyOn(real, 'sync').mockImplementation(async function (this: FileHandle) {
    folders.push((await this.stat()).isDirectory())
    await sync.call(this)
  })
  const journal = await kit.open()
  const first = journal.begin(claimRecord())
  await first
  // The folder and the one that it was made in.
  expect(folders).toEqual([true, true])
  await journal.begin(claimRecord())
  expect(folders).toHaveLength(2)
})

test('a sync that fails is a STORAGE error, and what was written is taken back', async () => {
  const journal = await kit.open()
  const record = await journal.begin(claimRecord())
  const real = await fileHandles()
  vi.spyOn(real, 'datasync').mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'))
  await expect(record.intent(0, 1, priors([1]))).rejects.toMatchObject({
    code: 'STORAGE',
    data: { file: kit.path(kit.names()[0]!) },
    message: 'The journal could not be written, so nothing was sent: EIO: i/o error, fdatasync',
  })
  expect(await batchesOf(journal, record.id)).toEqual([])
  expect(kit.text(kit.names()[0]!)).not.toContain('"intent"')
})

test('after a line that is missing a record takes no more batches, but it ends', async () => {
  const journal = await kit.open()
  const record = await journal.begin(claimRecord())
  await record.intent(0, 1, priors([1]))
  const real = await fileHandles()
  vi.spyOn(real, 'appendFile').mockRejectedValueOnce(new Error('ENOSPC: no space left on device'))
  const failed = { code: 'STORAGE', message: 'The journal could not be written: ENOSPC: no space left on device' }
  const outcome = { until: 2, counts: counts({ changed: 1 }), except: [] }
  await expect(record.outcome(0, outcome)).rejects.toMatchObject(failed)
  // The disk is well again; an outcome that says otherwise than the first would have is refused all the same.
  await expect(record.outcome(0, { ...outcome, except: ['1-0'] })).rejects.toMatchObject(failed)
  await expect(record.intent(1, 3, priors([2]))).rejects.toMatchObject(failed)
  await record.end({ state: 'failed', counts: counts({ changed: 1 }), error: null })
  const again = await kit.open()
  expect((await again.get(record.id)).record).toMatchObject({ state: 'failed', counts: { changed: 1 } })
  expect((await batchesOf(again, record.id)).map(({ until }) => until)).toEqual([null])
})

test('other records go on after one had a line missing', async () => {
  const journal = await kit.open()
  const real = await fileHandles()
  vi.spyOn(real, 'appendFile').mockRejectedValueOnce(new Error('ENOSPC: no space left on device'))
  await expect(journal.begin(claimRecord())).rejects.toMatchObject({ code: 'STORAGE' })
  const id = await writeWhole(journal)
  expect((await (await kit.open()).list({ count: 10 })).records.map((record) => record.id)).toEqual([id])
})

test('an end that can not be written ends the record here; a restart finds it interrupted', async () => {
  const journal = await kit.open()
  const record = await journal.begin(claimRecord())
  await record.intent(0, 1, priors([1]))
  await record.outcome(0, { until: 2, counts: counts({ changed: 1 }), except: [] })
  const real = await fileHandles()
  vi.spyOn(real, 'appendFile').mockRejectedValueOnce(new Error('EIO'))
  const ending = record.end({ state: 'done', counts: counts({ changed: 1 }), error: null })
  await expect(ending).rejects.toMatchObject({ code: 'STORAGE', message: 'The journal could not be written: EIO' })
  expect((await journal.get(record.id)).record).toMatchObject({ state: 'done', counts: { changed: 1 } })
  expect((await (await kit.open()).get(record.id)).record).toMatchObject({ endedAt: null, counts: { changed: 1 } })
})

test('a folder that can not be made, or read, is a STORAGE error; the journal opens all the same', async () => {
  writeFileSync(join(kit.dataDir, 'journal'), 'a file')
  const journal = await kit.open()
  const folder = join(kit.dataDir, 'journal')
  await expect(journal.begin(claimRecord())).rejects.toMatchObject({ code: 'STORAGE', data: { file: folder } })
  await expect(journal.list({ count: 1 })).rejects.toMatchObject({ code: 'STORAGE', data: { file: folder } })
  await expect(journal.get('x')).rejects.toMatchObject({ code: 'STORAGE' })
  rmSync(folder)
  const id = await writeWhole(journal)
  expect((await journal.list({ count: 1 })).records).toMatchObject([{ id }])
})

test('a line written after closing still reaches the disk', async () => {
  const journal = await kit.open()
  const record = await journal.begin(claimRecord())
  await journal.close()
  await record.end({ state: 'interrupted', counts: counts(), error: null })
  expect((await (await kit.open()).get(record.id)).record.endedAt).not.toBeNull()
})

test('files are this user’s alone', async () => {
  await writeWhole(await kit.open())
  expect(statSync(kit.path(kit.names()[0]!)).mode & 0o777).toBe(0o600)
  expect(statSync(join(kit.dataDir, 'journal')).mode & 0o777).toBe(0o700)
})

test.each(['removed', 'put elsewhere'])('a journal whose folder was %s meanwhile begins anew', async (how) => {
  const journal = await kit.open()
  const running = await journal.begin(claimRecord())
  await running.intent(0, 1, priors([1]))
  const folder = join(kit.dataDir, 'journal')
  if (how === 'removed') rmSync(folder, { recursive: true })
  else renameSync(folder, `${folder}.old`)
  // What the record began with is gone, so nothing more is done for it.
  const failed = {
    code: 'STORAGE',
    message: expect.stringMatching(/so nothing was sent: .* is no longer there$/) as string,
  }
  await expect(running.intent(1, 2, priors([2]))).rejects.toMatchObject(failed)
  const id = await writeWhole(journal)
  for (const reader of [journal, await kit.open()]) {
    expect((await reader.list({ count: 10 })).records.map((record) => record.id)).toEqual([id])
    expect(await batchesOf(reader, id)).toHaveLength(1)
  }
})

test('a journal whose folder became a file meanwhile writes nothing to where nobody looks', async () => {
  const journal = await kit.open()
  await writeWhole(journal)
  const folder = join(kit.dataDir, 'journal')
  rmSync(folder, { recursive: true })
  writeFileSync(folder, '')
  await expect(journal.begin(claimRecord())).rejects.toMatchObject({ code: 'STORAGE', data: { file: folder } })
})
