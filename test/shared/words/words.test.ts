import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { formatNoun, pluralsOf } from '../../../shared/format/format-count'
import { en } from '../../../shared/words/en'
import { words, type Words } from '../../../shared/words/words'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

const SENTENCES = ['finding', 'difference']
  .map((about) => readFileSync(join(ROOT, `shared/words/${about}-sentence.ts`), 'utf8'))
  .join('\n')
const ALERTS = readFileSync(join(ROOT, 'shared/words/alert-text.ts'), 'utf8')
const RULES = readFileSync(join(ROOT, 'shared/words/rule-text.ts'), 'utf8')
const PAGE = readdirSync(join(ROOT, 'renderer'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|vue)$/.test(name))
  .map((name) => readFileSync(join(ROOT, 'renderer', name), 'utf8'))
  .concat(SENTENCES, ALERTS, RULES)
  .join('\n')
const FINDINGS = new Set(
  [...SENTENCES.matchAll(/\b(\w+)(?::| =) (?:(?:name|id|figure|text)\(|\{ as:)/g)].map(([, slot]) => slot ?? ''),
)
/** What the page asks for, as noun.key. */
const ASKED = new Set([...PAGE.matchAll(/\bwords\.(\w+\.\w+)/g)].map(([, name]) => name ?? ''))

const KEYS = Object.entries(en).flatMap(([noun, keys]) =>
  Object.entries(keys).map(([key, value]) => ({ name: `${noun}.${key}`, value: value as unknown })),
)
const NAMES = KEYS.map(({ name }) => name)

describe('the words of a language', () => {
  it('do not compile when a noun, a key or a parameter is missing, or another one is asked for', () => {
    // @ts-expect-error A noun is missing.
    const noNoun: Words = { ...words, trim: undefined }
    // @ts-expect-error A key is missing.
    const noKey: Words['counted'] = { entries: words.counted.entries }
    // @ts-expect-error A text stands where a count is told of.
    const noCount: Words['counted'] = { ...words.counted, entries: 'entries' }
    // @ts-expect-error It asks for what no place has.
    const more: Words['finding'] = { ...words.finding, more: (hidden: number, of: number) => `${hidden} of ${of}` }
    // Any other text will do.
    const other: Words['base'] = { ...words.base, cancel: 'Abbrechen' }
    expect([noNoun, noKey, noCount, more, other]).toHaveLength(5)
  })

  it('are all used: what nobody reads any more is gone', () => {
    expect(NAMES.filter((name) => !ASKED.has(name))).toEqual([])
  })

  it('have no key that is asked for and not there', () => {
    expect(ASKED.size).toBeGreaterThan(500)
    expect([...ASKED].filter((name) => !NAMES.includes(name))).toEqual([])
  })

  it('are whole texts: where they are put together, the place does it', () => {
    const torn = KEYS.filter(
      ({ value }) => typeof value === 'string' && (value.trim() !== value || /\s{2}/.test(value)),
    )
    expect(torn.map(({ name }) => name)).toEqual([])
  })

  it('give every slot of a sentence with markup in it', () => {
    const slots = KEYS.flatMap(({ value }) => {
      const text = typeof value === 'string' ? value : String(value)
      return [...text.matchAll(/(?<!\$)\{(\w+)\}/g)].map(([, slot]) => slot ?? '')
    })
    expect(slots.length).toBeGreaterThan(10)
    // By a template, or by the tables of what stands in the sentences of findings and differences.
    const isGiven = (slot: string): boolean => PAGE.includes(`#${slot}`) || FINDINGS.has(slot)
    expect(slots.filter((slot) => !isGiven(slot))).toEqual([])
  })
})

describe('plurals', () => {
  it('go by what the language tells apart', () => {
    const polish = pluralsOf('pl')
    const forms = { one: 'wpis', few: 'wpisy', many: 'wpisów', other: 'wpisu' }
    expect([1, 2, 5, 12, 22, 1.5].map((count) => polish(count, forms))).toEqual([
      'wpis',
      'wpisy',
      'wpisów',
      'wpisów',
      'wpisy',
      'wpisu',
    ])
  })

  it('take the common form where a language has no other', () => {
    expect(pluralsOf('ja')(1, { one: 'never', other: 'entry' })).toBe('entry')
    expect(pluralsOf('pl')(2, { one: 'wpis', other: 'wpisu' })).toBe('wpisu')
  })

  it('stay right beyond 2^53', () => {
    expect(formatNoun(9_223_372_036_854_775_807n, 'entry', 'entries')).toMatch(/ entries$/)
    expect(formatNoun(1n, 'entry', 'entries')).toBe('1 entry')
  })
})
