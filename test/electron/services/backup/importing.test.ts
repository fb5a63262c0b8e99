import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GivenStopped, type GivenFile } from '../../../../electron/services/backup/given-file'
import { createImporting, type Importing } from '../../../../electron/services/backup/importing'
import type { ImportEvent } from '../../../../shared/model/entry-import'
import { sentence } from '../../../../shared/words/messages'

let dataDir: string
let given: GivenFile | null
let importing: Importing
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-importing-'))
  importing = createImporting({ dataDir, takeFile: () => Promise.resolve(given) })
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const kept = (): string[] =>
  ['backups', 'backups-went'].flatMap((name) => {
    const folder = join(dataDir, name)
    return existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : []
  })

async function* chunksOf(parts: Iterable<Buffer | string>): AsyncGenerator<Buffer, void> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part))
}
function give(...parts: readonly (Buffer | string)[]): void {
  given = {
    origin: { kind: 'file', name: 'a.csv', bytes: 1 },
    again: 'word',
    chunks: chunksOf(parts),
    drop: () => undefined,
  }
}

/** What is told until it is staged or at its end; `use` while it is staged. */
async function read(use: (event: ImportEvent) => void = () => undefined): Promise<ImportEvent | undefined> {
  const controller = new AbortController()
  let last: ImportEvent | undefined
  for await (const event of importing.read({ format: null, again: null }, controller.signal)) {
    last = event
    if (event.kind !== 'staged') continue
    use(event)
    controller.abort()
  }
  return last
}

describe('a file that is read for an import', () => {
  test('is kept for its owner only, and removed once nobody listens any more', async () => {
    give('\ufeffa,b\r\n1,2\r\n', '3,4')
    const modes: number[] = []
    const event = await read(() => modes.push(...kept().map((file) => statSync(file).mode & 0o777)))
    expect(event).toMatchObject({ kind: 'staged', format: 'csv', entries: 2, bytes: 8, hasIds: false, again: 'word' })
    expect([modes, kept()]).toEqual([[0o600, 0o600], []])
  })

  test('stays once an import of it was begun', async () => {
    give('{"id":"1-0","fields":{"a":"1"}}\n{"id":"0-9","fields":{"a":"1"}}\n')
    const event = await read((told) => void (told.kind === 'staged' && importing.begun(told.file)))
    expect(event).toMatchObject({ kind: 'staged', format: 'jsonl', hasIds: true, goesUp: false })
    expect(kept()).toHaveLength(2)
  })

  test.each<[string, (Buffer | string)[], string]>([
    ['nothing', [], 'There is no entry in the file.'],
    ['only a byte order mark', ['\ufeff'], 'There is no entry in the file.'],
    ['UTF-16', [Buffer.from('\ufeffa,b\n', 'utf16le')], 'Line 1: the file is in UTF-16.'],
    ['Latin-1', [Buffer.from('a\ncaf\xe9\n', 'latin1')], 'Line 2, column 1: it has bytes that are no UTF-8.'],
    [
      'binary rubbish',
      [Buffer.from([0, 255, 254, 7, 10, 200, 0]), Buffer.alloc(1000, 0x80)],
      'Line 1, column 1: it has bytes',
    ],
    [
      'a line without end',
      Array.from({ length: 66 }, () => Buffer.alloc(1 << 20, 0x78)),
      'Line 1: it is longer than 64 MiB.',
    ],
  ])('%s: is told with its line, and nothing of it is kept', async (_what, parts, expected) => {
    give(...parts)
    const event = await read()
    const [first] = event?.kind === 'faulty' ? event.faults : []
    expect(first && sentence(first.problem)).toContain(expected)
    expect(kept()).toEqual([])
  })

  test('tells each line that is wrong, a hundred at most, and reads no further', async () => {
    give('a,b\n1,2\n3\n4,5\n6\n')
    expect(await read()).toMatchObject({ kind: 'faulty', faults: [{}, {}], hasMore: false })
    let taken = 0
    function* endless(): Generator<string> {
      for (yield 'a,b\n'; ; taken += 1) yield '1\n'
    }
    given = {
      origin: { kind: 'file', name: 'a', bytes: null },
      again: null,
      chunks: chunksOf(endless()),
      drop: () => undefined,
    }
    expect(await read()).toMatchObject({ kind: 'faulty', hasMore: true })
    expect(taken).toBeLessThan(110)
  })

  test('that ends early, or that nobody chose, is none', async () => {
    async function* stopped(): AsyncGenerator<Buffer, void> {
      for (let n = 1; n <= 2_000; n += 1)
        yield await Promise.resolve(Buffer.from(`{"id":"${n}-0","fields":{"a":"1"}}\n`))
      throw new GivenStopped('too-large')
    }
    given = { origin: { kind: 'file', name: 'a', bytes: null }, again: null, chunks: stopped(), drop: () => undefined }
    expect(await read()).toEqual({ kind: 'stopped', why: 'too-large' })
    given = null
    expect(await read()).toEqual({ kind: 'stopped', why: 'cancelled' })
    expect(kept()).toEqual([])
  })

  test('is not kept where whoever asked leaves before it is told, and names itself at once', async () => {
    let end = (): void => undefined
    const wait = new Promise<void>((resolve) => (end = resolve))
    async function* slow(): AsyncGenerator<Buffer, void> {
      yield Buffer.from('a\n1\n')
      await wait
    }
    given = { origin: { kind: 'file', name: 'a.csv', bytes: 4 }, again: null, chunks: slow(), drop: () => undefined }
    const reading = importing.read({ format: null, again: null }, new AbortController().signal)
    for (const bytes of [0, 4]) {
      expect((await reading.next()).value).toEqual({ kind: 'reading', name: 'a.csv', bytes, total: 4 })
    }
    end()
    await reading.return()
    expect(kept()).toEqual([])
  })

  test('that is stopped while it is read ends without a word', async () => {
    const controller = new AbortController()
    async function* endless(): AsyncGenerator<Buffer, void> {
      yield Buffer.from('a\n')
      for (;;) yield await Promise.resolve(Buffer.from('1\n'))
    }
    given = { origin: { kind: 'file', name: 'a', bytes: null }, again: null, chunks: endless(), drop: () => undefined }
    const reading = importing.read({ format: null, again: null }, controller.signal)
    await reading.next()
    const next = reading.next()
    controller.abort(new Error('left'))
    await expect(next).resolves.toMatchObject({ done: true })
    expect(kept()).toEqual([])
  })

  test('that can’t be read is told as such; four at a time are read, and no fifth', async () => {
    async function* broken(): AsyncGenerator<Buffer, void> {
      yield await Promise.resolve(Buffer.from('a\n1\n'))
      throw new Error('EIO')
    }
    given = { origin: { kind: 'file', name: 'a', bytes: null }, again: null, chunks: broken(), drop: () => undefined }
    await expect(read()).rejects.toMatchObject({ code: 'STORAGE' })
    const controller = new AbortController()
    const begun = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        give('a\n1\n')
        const reading = importing.read({ format: null, again: null }, controller.signal)
        await reading.next()
        return reading
      }),
    )
    await expect(read()).rejects.toMatchObject({ code: 'BUSY' })
    controller.abort()
    for (const reading of begun) await reading.next()
    expect(kept()).toEqual([])
  })
})
