// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import HashTable from '../../../../renderer/components/recovery/HashTable.vue'
import type { HashesFound } from '../../../../shared/model/hashes-found'
import { mountOn } from '../../helpers/mount-view'

const value = (text: string) => ({ value: text, size: text.length, cut: false })
const found: HashesFound = {
  ...{ looked: 1_000, exist: 2, overwritten: 1, expiring: 0, noHash: 0, unknown: 0, tooLarge: 0 },
  first: [
    {
      ...{ key: 'reading:7', exists: true, moreFields: 3 },
      fields: [
        { name: 'n', before: value('17'), after: value('3') },
        { name: 'same', before: value('x'), after: value('x') },
        { name: 'new', before: null, after: value('y') },
        { name: { base64: '/wA=' }, before: { value: 'long', size: 5_000, cut: true }, after: value('<b>z</b>\n') },
      ],
    },
    { key: 'reading:8', exists: false, fields: [], moreFields: 0 },
  ],
}
const rows = (): string[] =>
  [...document.querySelectorAll('[data-test=hash-table] tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent?.replace(/\s+/g, ' ').trim()).join(' | '),
  )

afterEach(() => {
  document.body.innerHTML = ''
})
enableAutoUnmount(afterEach)

describe('the hashes of a plan', () => {
  it('are shown field by field, any bytes as text, and what is overwritten is marked', async () => {
    await mountOn(HashTable, { hashes: found, entries: 5_000 })
    expect(document.querySelector('[data-test=hashes-looked]')?.textContent?.replace(/\s/g, ' ')).toBe(
      'Of the first 1 000 entries: 2 hashes exist already',
    )
    expect(rows()).toEqual([
      'reading:7',
      'n | 17 | 3',
      'same | x | x',
      'new | none | y',
      '\\xff\\x00 | long… (4.9 KiB) | <b>z</b>\\n',
      'and 3 more fields',
      'reading:8 new',
    ])
    const marked = [...document.querySelectorAll('.goes')].map((cell) => cell.textContent?.trim())
    expect(marked).toEqual(['17', 'long… (4.9 KiB)'])
    expect(document.querySelector('b')).toBeNull()
  })

  it('are not there where none was looked at', async () => {
    await mountOn(HashTable, { hashes: { ...found, first: [] }, entries: 0 })
    expect(document.querySelector('table')).toBeNull()
  })

  it('that do not exist yet say so', async () => {
    await mountOn(HashTable, { hashes: { ...found, exist: 0 }, entries: 1_000 })
    expect(document.querySelector('[data-test=hashes-looked]')?.textContent).toBe('None of the hashes exists yet')
  })

  it('say nothing of the first ones where all were looked at', async () => {
    await mountOn(HashTable, { hashes: { ...found, exist: 1 }, entries: 1_000 })
    expect(document.querySelector('[data-test=hashes-looked]')?.textContent).toBe('1 hash exists already')
  })
})
