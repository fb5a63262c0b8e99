import { expect, test } from 'vitest'
import { jsonLinesReads } from '../../../../electron/services/backup/import-json-lines'
import type { ImportRead } from '../../../../electron/services/backup/import-read'
import { said } from './import-kit'

async function reads(text: string): Promise<readonly string[]> {
  async function* chunks(): AsyncGenerator<Buffer, void> {
    yield await Promise.resolve(Buffer.from(text))
  }
  const found: ImportRead[] = []
  for await (const read of jsonLinesReads(chunks(), 1 << 22)) found.push(read)
  return found.map(said)
}

const NO_ENTRY = 'it is no entry: it needs fields, and its id, if it has one, is as "1-0".'
test.each([
  ['ids of their own', '{"id":"1-0","fields":{"a":"x"}}\n{"id":"2-0","fields":[["a","y"]]}\n', ['1-0 a x', '2-0 a y']],
  ['no ids', '{"fields":{"a":"x"}}\n\n{"fields":{"a":"y"}}\n', ['no-ids', '0-1 a x', '0-2 a y']],
  [
    'an id missing',
    '{"id":"1-0","fields":{"a":"x"}}\n{"fields":{"a":"y"}}\n',
    ['1-0 a x', 'Line 2: it has no id, and entries before it have one.'],
  ],
  [
    'an id too many',
    '{"fields":{"a":"x"}}\n{"id":"1-0","fields":{"a":"y"}}\n',
    ['no-ids', '0-1 a x', 'Line 2: it has an id, and entries before it have none.'],
  ],
  [
    'more fields than memory is kept for',
    `{"fields":[${Array.from({ length: 200_010 }, () => '["",""]').join()}]}\n`,
    ['Line 1: it has more than 100 000 cells or fields.'],
  ],
  [
    'many quotes within one value',
    JSON.stringify({ fields: { a: '"'.repeat(900_000) } }),
    ['no-ids', `0-1 a ${'"'.repeat(900_000)}`],
  ],
  ['an id that is none', '{"id":7,"fields":{"a":"x"}}\n', [`Line 1: ${NO_ENTRY}`]],
  ['an id beyond 64 bits', '{"id":"18446744073709551616-0","fields":{"a":"x"}}\n', [`Line 1: ${NO_ENTRY}`]],
  ['no fields', '{"id":"1-0"}\n{"a":"x"}\n[1]\nnull\n', [1, 2, 3, 4].map((line) => `Line ${line}: ${NO_ENTRY}`)],
  [
    'a fault first',
    '{"fields":{}}\n{"fields":{"a":"x"}}\n',
    ['Line 1: its fields are no list of pairs and no object of texts, or there are none.', 'no-ids', '0-2 a x'],
  ],
])('%s', async (_what, text, told) => {
  expect(await reads(text)).toEqual(told)
})
