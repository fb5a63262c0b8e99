import { expect, test } from 'vitest'
import { verbatim } from '../../../shared/words/messages'
import { createUndoing } from '../../../electron/services/undoing'
import type { Journal } from '../../../electron/services/journal/journal'
import { sampleRecord } from '../../shared/words/sample-record'

/** Nothing of it may be used. */
const untouched = new Proxy({}, { get: (_, name) => expect.fail(`${String(name)} was asked`) }) as never

test.each([
  ['that says so itself', { possible: false, note: verbatim('It went.'), undoneBy: null }, 'It went.'],
  ['whatever the record says', { possible: true, note: verbatim(''), undoneBy: null }, null],
])('a kind that nobody takes back is refused before any server is asked, %s', async (_how, undo, told) => {
  const record = { ...sampleRecord, action: 'trim' as const, group: null, undo }
  const journal = { get: () => Promise.resolve({ record }) } as unknown as Journal
  const connections = { get: () => ({ id: 'c1' }) as never, source: () => untouched }
  const undoing = createUndoing(journal, untouched, untouched, untouched, connections)
  const problem = told === null ? { code: 'undo.no-way' } : verbatim(told)
  await expect(undoing.plan('c1', { recordId: 'r1' }).next()).rejects.toMatchObject({
    code: 'BAD_INPUT',
    data: { field: 'recordId', problem },
  })
})
