import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { writeName } from '../../../../electron/services/journal/folder'
import { batchesOf, claimRecord, counts, priors, useJournals, writeWhole } from './journal-kit'

const kit = useJournals()
/** Of a process that is no more: ids of processes end below four million. */
const dead = (serial: number) => writeName({ stamp: `2024010112000${serial}`, pid: 2_147_483_000, birth: 'x', serial })

/** A file as an earlier run left it, with one whole record; gives the record and its lines. */
async function earlierRun(): Promise<{ id: string; lines: readonly string[] }> {
  const journal = await kit.open()
  const id = await writeWhole(journal, { key: 'ключ' }, 2)
  await journal.close()
  return { id, lines: kit.text(kit.names()[0]!).split('\n').slice(1, -1) }
}

test('a last line cut short, at whatever byte, costs that line alone', async () => {
  const { id, lines } = await earlierRun()
  kit.write(kit.names()[0]!, '')
  const whole = Buffer.from(`${lines.join('\n')}\n`)
  for (const [at, line] of lines.entries()) {
    const length = Buffer.byteLength(line)
    const start = Buffer.byteLength(lines.slice(0, at).join('\n')) + (at === 0 ? 0 : 1)
    // All around the middle, for letters of two bytes are among them.
    for (const cut of [1, 2, 30, length >> 1, (length >> 1) + 1, length - 1]) {
      kit.write(dead(0), whole.subarray(0, start + cut))
      const journal = await kit.open()
      const { records, damaged } = await journal.list({ count: 10 })
      const outcomes = lines.slice(0, at).filter((each) => each.startsWith('{"t":"outcome"')).length
      const left = at === 0 ? [] : [{ id, state: 'interrupted', counts: counts({ changed: outcomes }) }]
      expect(records).toMatchObject(left)
      // Batches are not read for a list, so neither is what is left of one.
      expect(damaged).toBe(line.startsWith('{"t":"intent"') && cut > 12 ? 0 : 1)
      await journal.close()
    }
  }
})

test('a crash in the middle of a line leaves what came before', async () => {
  const { id, lines } = await earlierRun()
  const [name] = kit.names()
  const [begin, intent0, outcome0, intent1, outcome1] = lines
  const cases = [
    { left: [begin, intent0?.slice(0, 40)], batches: [] },
    { left: [begin, intent0, outcome0?.slice(0, -1)], batches: [null] },
    { left: [begin, intent0, outcome0, intent1, outcome1?.slice(0, 20)], batches: [2_000, null] },
  ]
  for (const { left, batches } of cases) {
    kit.write(name!, '')
    kit.write(dead(1), left.join('\n'))
    const journal = await kit.open()
    expect((await journal.get(id)).record).toMatchObject({ state: 'interrupted', endedAt: null, key: 'ключ' })
    expect((await batchesOf(journal, id)).map(({ until }) => until)).toEqual(batches)
    await journal.close()
  }
})

test('a last line that lacks nothing but its line feed is whole', async () => {
  const { id, lines } = await earlierRun()
  kit.write(kit.names()[0]!, '')
  kit.write(dead(1), lines.join('\n'))
  const journal = await kit.open()
  expect((await journal.get(id)).record.state).toBe('done')
  expect((await journal.list({ count: 1 })).damaged).toBe(0)
})

test('damaged lines in the middle are counted and passed over', async () => {
  const { id, lines } = await earlierRun()
  const [name] = kit.names()
  const junk = ['', '{', 'null', '[]', '"begin"', '{"t":"begin"}', '{"t":5}', '\u0000\u0000\u0000', 'x'.repeat(300_000)]
  kit.write(name!, '')
  kit.write(dead(1), lines.flatMap((line) => [...junk, line, '']).join('\n'))
  const journal = await kit.open()
  expect((await journal.get(id)).record).toMatchObject({ state: 'done', counts: { changed: 2 } })
  expect((await batchesOf(journal, id)).map(({ until }) => until)).toEqual([2_000, 2_001])
  // An empty line is nothing, not damage.
  expect((await journal.list({ count: 1 })).damaged).toBe((junk.length - 1) * lines.length)
})

test('a name that lost a byte is not taken for another name', async () => {
  const { id, lines } = await earlierRun()
  const [name] = kit.names()
  const begin = Buffer.from(`${lines[0]}\n`)
  begin[begin.indexOf('ключ')] = 0xff
  kit.write(name!, '')
  kit.write(dead(1), begin)
  const journal = await kit.open()
  expect(await journal.list({ count: 10 })).toEqual({ records: [], next: null, damaged: 1, newer: 0 })
  await expect(journal.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a damaged intent leaves its batch out and keeps the others', async () => {
  const { id, lines } = await earlierRun()
  const [name] = kit.names()
  const broken = lines.map((line, at) => (at === 1 ? line.replace('"batch":0', '"batch":"0"') : line))
  kit.write(name!, '')
  kit.write(dead(1), `${broken.join('\n')}\n`)
  const journal = await kit.open()
  expect((await batchesOf(journal, id)).map(({ until }) => until)).toEqual([2_001])
})

test('lines of a kind that a later Sluice may write are passed over, and are no damage', async () => {
  const { id, lines } = await earlierRun()
  const [name] = kit.names()
  const future = [`{"t":"seal","id":"${id}","sum":"abc"}`, '{"t":"note"}']
  kit.write(name!, '')
  kit.write(dead(1), `${lines.flatMap((line) => [...future, line]).join('\n')}\n`)
  const journal = await kit.open()
  expect((await journal.get(id)).record.state).toBe('done')
  expect(await batchesOf(journal, id)).toHaveLength(2)
  expect((await journal.list({ count: 1 })).damaged).toBe(0)
})

test('outcomes and ends of a record that nobody knows are no record', async () => {
  const { lines } = await earlierRun()
  const [name] = kit.names()
  kit.write(name!, '')
  kit.write(dead(1), `${lines.slice(1).join('\n')}\n`)
  const journal = await kit.open()
  expect(await journal.list({ count: 10 })).toEqual({ records: [], next: null, damaged: 0, newer: 0 })
})

test('empty files, folders and files of others are neither read nor touched', async () => {
  const foreign = [
    'notes.txt',
    'journal-20240101120000-1-0.jsonl.bak',
    'journal-x-1-0.jsonl',
    '.journal',
    'journal.jsonl',
  ]
  for (const name of foreign) kit.write(name, '{"t":"begin"\n')
  kit.write(dead(1), '')
  mkdirSync(kit.path(dead(2)))
  const journal = await kit.open({ rotateBytes: 1, keepBytes: 0 })
  expect(await journal.list({ count: 10 })).toEqual({ records: [], next: null, damaged: 0, newer: 0 })
  // The cap is reached at once, so each new file removes all that it may.
  await writeWhole(journal)
  await writeWhole(journal)
  for (const name of foreign) expect(readFileSync(kit.path(name), 'utf8')).toBe('{"t":"begin"\n')
  expect(kit.names()).toContain(dead(2))
  expect(kit.names()).not.toContain(dead(1))
})

test('what another process is still writing is no damage, and is read once it is whole', async () => {
  const theirs = await kit.open()
  const record = await theirs.begin(claimRecord())
  const [name] = kit.names()
  const ours = await kit.open()
  const end = `{"t":"end","id":"${record.id}","at":5,"state":"done","counts":${JSON.stringify(counts({ changed: 1 }))},`
  kit.append(name!, end)
  expect(await ours.list({ count: 10 })).toMatchObject({ records: [{ state: 'running' }], damaged: 0 })
  kit.append(name!, '"error":null,"backupFile":null}')
  expect(await ours.list({ count: 10 })).toMatchObject({ records: [{ state: 'running' }], damaged: 0 })
  kit.append(name!, '\n')
  expect(await ours.list({ count: 10 })).toMatchObject({ records: [{ state: 'done' }], damaged: 0 })
})

test('a damaged line is counted once, however often the journal is listed', async () => {
  const theirs = await kit.open()
  await writeWhole(theirs)
  const ours = await kit.open()
  appendFileSync(kit.path(kit.names()[0]!), 'oh no\n')
  for (let n = 0; n < 3; n += 1) expect((await ours.list({ count: 1 })).damaged).toBe(1)
  await writeWhole(theirs)
  expect(await ours.list({ count: 10 })).toMatchObject({ records: [{}, {}], damaged: 1 })
})

test('a journal that goes on after damage loses nothing more', async () => {
  const { id } = await earlierRun()
  writeFileSync(kit.path(dead(1)), 'half a li')
  const journal = await kit.open()
  const next = await journal.begin(claimRecord())
  await next.intent(0, 1, priors([9]))
  const again = await kit.open()
  expect((await again.list({ count: 10 })).records.map((record) => record.id)).toEqual([next.id, id])
  expect(await batchesOf(again, next.id)).toHaveLength(1)
})
