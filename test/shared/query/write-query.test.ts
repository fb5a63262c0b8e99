import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromUint8Array } from '../../../shared/bytes'
import { MOST_PATTERNS, patternsOf, type Condition } from '../../../shared/model/entry-query'
import { checkPattern } from '../../../shared/query/pattern'
import { readQuery } from '../../../shared/query/read-query'
import { writeQuery } from '../../../shared/query/write-query'

describe('a query is written so that the same is read from it', () => {
  it.each([
    ['4711 status=failed total>=9.99 order.sku:A1 -test', '4711 status=failed total>=9.99 order.sku:A1 -test'],
    ['a="two words" OR "OR" OR "-x"', 'a="two words" OR "OR" OR "-x"'],
    ['has:error -has:"a b" "has":x', 'has:error -has:"a b" "has":x'],
    ['@size>4096 "@size"=1', '@size>4096 "@size"=1'],
    ['a="" "":b ""', 'a="" "":b ""'],
    ['http://x/y', '"http://x/y"'],
    ['order.items[0].sku!=A1', 'order.items[0].sku!=A1'],
    ['"\\xff\\x00":"\\n\\"\\\\"', '"\\xff\\x00":"\\n\\"\\\\"'],
    ['sku~/^A-\\d+$/ -"a b"~/x y/i /\\/"/ @size~/9$/', 'sku~/^A-\\d+$/ -"a b"~/x y/i /\\/"/ @size~/9$/'],
    ['@any~/orders/i -@any~/A+ x/ /A+/ "@any"~/a/', '@any~/orders/i -@any~/A+ x/ /A+/ "@any"~/a/'],
    ['/[^/]/ p~/[/]/ /orders/ b~/x', '/[^\\/]/ p~/[\\/]/ "/orders/" "b~/x"'],
    ['n<-5 n<=1e3', 'n<"-5" n<=1e3'],
  ])('%s', (typed, written) => {
    const read = readQuery(typed)
    const query = 'query' in read ? read.query : []
    expect(writeQuery(query)).toBe(written)
    expect(readQuery(written)).toEqual(read)
  })

  it('whatever it is', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 8 }).map(fromUint8Array),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('OR', 'has', '@size', '@any', '-', 'a:b', '://', '"', '', '/a/', '/a+/i', 'b~/x', 'b~/x/'),
    )
    const decimal = fc.constantFrom('0', '-1', '9.99', '1e9')
    const not = fc.boolean()
    const condition: fc.Arbitrary<Condition> = fc.oneof(
      fc.record({
        not,
        subject: fc.constant({ kind: 'any' as const }),
        how: fc.constant('contains' as const),
        value: bytes,
      }),
      fc.record({
        ...{ not, subject: fc.record({ kind: fc.constant('field' as const), name: bytes }) },
        ...{ how: fc.constantFrom('contains' as const, 'is' as const, 'is-not' as const), value: bytes },
      }),
      fc.record({
        ...{ not, subject: fc.record({ kind: fc.constant('field' as const), name: bytes }) },
        ...{ how: fc.constant('has' as const), value: fc.constant('') },
      }),
      fc.record({
        not,
        subject: fc.oneof(
          fc.constant({ kind: 'size' as const }),
          fc.record({ kind: fc.constant('field' as const), name: bytes }),
        ),
        how: fc.constantFrom('above' as const, 'at-least' as const, 'below' as const, 'at-most' as const),
        value: decimal,
      }),
    )
    const matches: fc.Arbitrary<Condition> = fc.record({
      not,
      subject: fc.oneof(
        fc.constantFrom({ kind: 'any' as const }, { kind: 'size' as const }),
        fc.record({ kind: fc.constant('field' as const), name: bytes }),
      ),
      how: fc.constant('matches' as const),
      value: fc
        .array(
          fc.constantFrom(
            'a',
            '/',
            '\\\\',
            '\\d',
            '[b]',
            '[^/]',
            '[]/ ]',
            '[',
            ']',
            ' ',
            '\\ ',
            '"',
            '(?:c|)',
            '\n',
            ':',
            '(?i)',
            '.',
            '+',
            '$',
            '{id}',
          ),
          {
            minLength: 1,
            maxLength: 6,
          },
        )
        .map((parts) => parts.join(''))
        .filter((pattern) => 'size' in checkPattern(pattern)),
    })
    const query = fc
      .array(fc.array(fc.oneof(condition, matches), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
      .filter((given) => patternsOf(given) <= MOST_PATTERNS)
    fc.assert(
      fc.property(query, (given) => {
        expect(readQuery(writeQuery(given))).toEqual({ query: given })
      }),
    )
  })
})
