import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { differencesOf } from '../../../../shared/judgement/failing/differences'
import { entryShape, MOST_VALUE_BYTES, type EntryShape } from '../../../../shared/judgement/failing/entry-shape'
import { differenceSentence } from '../../../../shared/words/difference-sentence'
import { sentenceText } from '../../../../shared/words/sentence'

type Fields = Readonly<Record<string, string | Uint8Array>>
const raw = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? new TextEncoder().encode(value) : value
function shape(fields: Fields | readonly (readonly [string, string | Uint8Array])[]): EntryShape {
  const pairs: readonly (readonly [string, string | Uint8Array])[] = Array.isArray(fields)
    ? fields
    : Object.entries(fields)
  const shaped = pairs.map(([name, value]) => ({ name: raw(name), value: raw(value) }))
  const size = shaped.reduce((sum, { name, value }) => sum + name.length + value.length, 0)
  return entryShape(shaped, { moreFields: 0, size })
}
const many = (count: number, of: (n: number) => Fields): EntryShape[] =>
  Array.from({ length: count }, (_, n) => shape(of(n)))
function told(one: EntryShape, others: readonly EntryShape[]): readonly string[] {
  return differencesOf(one, others).differences.map((difference) => sentenceText(differenceSentence(difference)))
}

const order = (n: number): { readonly [name: string]: string } => ({
  type: n % 2 === 0 ? 'order' : 'invoice',
  items: JSON.stringify([
    { sku: `A${1_000 + n}`, qty: 1 + (n % 3) },
    { sku: `B${1_000 + n}`, qty: 2 },
  ]),
  currency: n % 3 === 0 ? 'EUR' : 'SEK',
  total: String(100 + n),
})
const orders = (change: (n: number) => Fields = () => ({})): EntryShape[] =>
  many(100, (n) => ({ ...order(n), ...change(n) }))
const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([own]) => own !== name))
const items = (change: (item: Record<string, unknown>) => void): string => {
  const all = JSON.parse(order(7)['items'] ?? '[]') as Record<string, unknown>[]
  for (const item of all) change(item)
  return JSON.stringify(all)
}

describe('what sets an entry apart', () => {
  const table: readonly (readonly [string, Fields, readonly string[]])[] = [
    ['nothing', order(7), []],
    [
      'broken JSON, and how much of it there is',
      { ...order(7), items: '[{"sku":"A' },
      [
        'items is not valid JSON: it ends too early, at byte 10. In 100 of 100 others it is valid.',
        'items takes 10 B; usually 49 B (49 B to 49 B, in 100 others).',
      ],
    ],
    [
      'JSON that breaks in its midst',
      { ...order(7), items: '[{"sku":"A1007",qty:1},{"sku":"B1007","qty":2}]' },
      ['items is not valid JSON: it breaks at byte 16 of 47. In 100 of 100 others it is valid.'],
    ],
    [
      'what only begins as JSON',
      { ...order(7), items: '[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1' },
      ['items is not valid JSON: it ends too early, at byte 42. In 100 of 100 others it is valid.'],
    ],
    [
      'another format',
      { ...order(7), items: 'A1007:1 and B1007:2, by hand and in haste' },
      ['items is text. In 100 of 100 others it is JSON.'],
    ],
    [
      'a value that is no number',
      { ...order(7), total: 'n/a' },
      ['total is text. In 100 of 100 others it is a number.'],
    ],
    ['an empty value', { ...order(7), total: '' }, ['total is empty. In 100 of 100 others it is a number.']],
    ['a field that is missing', without(order(7), 'currency'), ['currency is missing. 100 of 100 others have it.']],
    ['a field that no other has', { ...order(7), 'x-retry': '1' }, ['x-retry is there. None of 100 others has it.']],
    [
      'a value that none has',
      { ...order(7), type: 'refund' },
      ['type is refund. None of 100 others has that; all have order or invoice.'],
    ],
    [
      'another type within',
      { ...order(7), items: items((item) => (item['qty'] = '1')) },
      ['items[].qty is a string. In 100 of 100 others it is a number.'],
    ],
    [
      'one item of another type',
      { ...order(7), items: items((item) => item['sku'] === 'B1007' && (item['qty'] = null)) },
      ['items[].qty is of several types. In 100 of 100 others it is a number.'],
    ],
    [
      'a member that is missing',
      { ...order(7), items: items((item) => delete item['qty']) },
      ['items[].qty is missing. 100 of 100 others have it.'],
    ],
    [
      'a member that no other has',
      { ...order(7), items: items((item) => (item['vat'] = null)) },
      [
        'items[].vat is there. None of 100 others has it.',
        'items takes 71 B; usually 49 B (49 B to 49 B, in 100 others).',
      ],
    ],
    [
      'a list that is an object',
      { ...order(7), items: '{"sku":"A1007","qty":1,"and":"more of the same"}' },
      ['items is an object. In 100 of 100 others it is a list.'],
    ],
  ]
  test.each(table)('%s', (_what, fields, sentences) => {
    expect(told(shape(fields), orders())).toEqual(sentences)
  })

  it('a field that is there twice', () => {
    const twice = [...Object.entries(order(7)), ['type', 'order']] as const
    expect(told(shape(twice), orders())).toEqual(['type is there 2 times. In 100 of 100 others it is there once.'])
  })

  it('its size where no field by itself is far off, and not both', () => {
    const bits = (n: number, size: number): Fields =>
      Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`f${at}`, `${'x'.repeat(size)} of ${1_000 + n}`]))
    const [sentence, ...rest] = told(
      shape(bits(0, 12)),
      many(60, (n) => bits(n + 1, 20)),
    )
    expect([sentence, rest]).toEqual(['The entry takes 450 B; usually 610 B (610 B to 610 B, in 60 others).', []])
  })

  it('some of the others may be the exception: they are counted', () => {
    const others = orders((n) => (n < 2 ? { currency: '' } : {})).map((one, n) =>
      n < 98 ? one : shape(without(order(n), 'currency')),
    )
    expect(told(shape(without(order(7), 'currency')), others)).toEqual([
      'currency is missing. 98 of 100 others have it.',
    ])
  })

  it('what varies among the others says nothing', () => {
    const others = orders((n) => (n % 10 === 0 ? { note: 'gift', [`tag-${n}`]: '1' } : { trace: `id-${n}` }))
    expect(told(shape(order(7)), others)).toEqual([])
    // A kind that came once: another new one is no wonder.
    const rare = orders((n) => (n === 50 ? { type: 'credit' } : {}))
    expect(told(shape({ ...order(7), type: 'refund' }), rare)).toEqual([])
    // Names that are made up anew each time.
    expect(told(shape({ ...order(7), 'tag-4711': '1' }), others)).toEqual([])
    expect(told(shape({ ...order(7), trace: 'id-4711' }), others)).toEqual([])
  })

  it('five at the most, what tells most first, and how many more there are', () => {
    const odd = { items: '[{', total: 'x', type: 'refund', currency: 'ZZZ', a: '1', b: '2', c: '3' }
    const { differences, more } = differencesOf(shape(odd), orders())
    expect(differences.map(({ kind }) => kind)).toEqual(['broken', 'form', 'extra', 'extra', 'extra'])
    expect(more).toBe(3)
  })

  it('of too few others nothing is said', () => {
    expect(differencesOf(shape({ n: '' }), many(9, order))).toMatchObject({ isTooFew: true, differences: [] })
    expect(differencesOf(shape({ n: '' }), many(10, order)).isTooFew).toBe(false)
    // Whether a value is one of few takes more.
    expect(told(shape({ ...order(7), type: 'refund' }), many(19, order))).toEqual([])
  })

  it('what is too large to be looked into is compared by its size, and says so', () => {
    const large = `[${'1,'.repeat(MOST_VALUE_BYTES)}`
    const { differences, isPartly } = differencesOf(shape({ ...order(7), items: large }), orders())
    expect([differences.map(({ kind }) => kind), isPartly]).toEqual([['size'], true])
    expect(differencesOf(shape(order(7)), orders()).isPartly).toBe(false)
  })

  it('hostile names and values are text, with their controls to be seen', () => {
    const [sentence = ''] = told(shape({ ...order(7), type: '{usual0}\u001b[31m\u202e' }), orders())
    expect(sentence).toBe(
      'type is {usual0}\\u{1b}[31m\\u{202e}. None of 100 others has that; all have order or invoice.',
    )
    const names = JSON.stringify({ '': { '\u0000': 1, '[]': 2 }, ['__proto__']: 3 })
    expect(
      told(
        shape({ n: names }),
        many(30, () => ({ n: names })),
      ),
    ).toEqual([])
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    expect(
      told(
        shape({ n: deep }),
        many(30, () => ({ n: deep })),
      ),
    ).toEqual([])
  })
})

describe('properties', () => {
  const word = fc.stringMatching(/^[a-z]{3,12}$/)
  type Roll = (most: number) => number
  /** How a field of a workload is drawn. */
  type Drawn = (roll: Roll) => string | null
  const always = (of: Drawn): fc.Arbitrary<Drawn> => fc.constant(of)
  const drawn: fc.Arbitrary<Drawn> = fc.oneof(
    fc.tuple(word, word, word).map(
      (kinds): Drawn =>
        (roll) =>
          kinds[roll(3)] ?? null,
    ),
    always((roll) => String(roll(1_000_000))),
    always((roll) => (roll(2) === 0 ? null : 'maybe')),
    always((roll) => (roll(3) === 0 ? '' : `text ${roll(1_000)}`)),
    always((roll) => 'x'.repeat(1 + roll(200))),
    always((roll) => `${roll(9)}${roll(1_000_000)}-${roll(1_000_000)}`),
    always((roll) =>
      JSON.stringify({
        n: roll(3) === 0 ? roll(10) : String(roll(10)),
        ...(roll(2) === 0 ? {} : { some: roll(2) === 0 }),
        list: Array.from({ length: roll(4) }, () => ({ id: roll(1_000), [`k${roll(1_000)}`]: 1 })),
        note: 'n'.repeat(roll(40)),
      }),
    ),
    always((roll) => (roll(3) === 0 ? '{"cut":' : '{"whole":1}')),
  )
  const workload = fc.dictionary(word, drawn, { minKeys: 1, maxKeys: 6 })

  /** https://en.wikipedia.org/wiki/Xorshift */
  function roller(seed: number): Roll {
    let state = seed | 1
    return (most) => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return (state >>> 0) % most
    }
  }
  const entry = (all: Record<string, Drawn>, roll: Roll) => {
    const fields = Object.entries(all).flatMap(([name, of]) => {
      const value = of(roll)
      return value === null ? [] : [[name, value] as const]
    })
    return Object.fromEntries(fields)
  }

  it('an entry that is drawn as the others were differs by nothing', () => {
    fc.assert(
      fc.property(workload, fc.integer({ min: 1, max: 2 ** 30 }), (all, seed) => {
        const roll = roller(seed)
        for (let warm = 0; warm < 20; warm += 1) roll(2)
        const others = Array.from({ length: 100 }, () => shape(entry(all, roll)))
        expect(told(shape(entry(all, roll)), others)).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('no figure is another one than counting gives', () => {
    const any = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('', '1', '22', 'x', 'y', '{"n":1}', '{"n":"1"}', '{"m":1}', '{"n":', 'z'.repeat(90)),
    )
    const weighted = fc.tuple(any, any, fc.array(fc.nat(99), { minLength: 10, maxLength: 60 }))
    let seen = 0
    fc.assert(
      fc.property(any, weighted, (one, [usual, odd, rolls]) => {
        const others = rolls.map((roll) => (roll < 98 ? usual : odd))
        const having = (name: string) => others.flatMap((fields) => (name in fields ? [fields[name] ?? ''] : []))
        const { differences } = differencesOf(shape(one), others.map(shape))
        for (const difference of differences) {
          seen += 1
          const values = having(typeof difference.field === 'string' ? difference.field : '')
          const own = typeof difference.field === 'string' ? (one[difference.field] ?? '') : ''
          if (difference.kind === 'missing' && difference.path.length === 0) {
            expect([difference.same, difference.of]).toEqual([values.length, others.length])
          } else if (difference.kind === 'extra' && difference.path.length === 0) {
            expect([values.length, difference.of]).toEqual([0, others.length])
          } else if (difference.kind === 'value' && difference.path.length === 0) {
            expect(values).not.toContain(difference.is)
            expect([difference.is, difference.of]).toEqual([own, values.length])
          } else if (difference.kind === 'size' && difference.field !== null) {
            const sizes = values.map((value) => value.length).sort((a, b) => a - b)
            expect(difference).toMatchObject({
              ...{ bytes: own.length, of: sizes.length, least: sizes[0], most: sizes.at(-1) },
              usual: sizes[sizes.length >> 1],
            })
          } else if (difference.kind === 'broken') {
            // What is empty is of no form.
            const formed = values.filter((value) => value !== '')
            const valid = formed.filter((value) => value.startsWith('{') && !value.endsWith(':'))
            expect([own, difference.same, difference.of, difference.at]).toEqual([
              '{"n":',
              valid.length,
              formed.length,
              5,
            ])
          }
        }
      }),
      { numRuns: 600 },
    )
    expect(seen).toBeGreaterThan(300)
  })
})
