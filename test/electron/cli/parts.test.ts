import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hidePasswords, partAddresses } from '../../../electron/cli/address'
import { closestTo } from '../../../electron/cli/closest'
import { matcher } from '../../../shared/glob'
import { readName } from '../../../electron/cli/names'
import { parseCommandLine } from '../../../electron/cli/parse'
import { createPrint } from '../../../electron/cli/print/print'
import { layTable } from '../../../electron/cli/print/table'
import { cellWidth, cutTo, safeJson, visible } from '../../../electron/cli/print/visible'
import { beyond } from '../../../electron/cli/recovery/beyond'
import type { Shown } from '../../../electron/cli/recovery/plan-file'
import { shellWord } from '../../../electron/cli/shell-word'
import { wayTo } from '../../../electron/cli/way-to'
import { fromUint8Array, quoteBytes } from '../../../shared/bytes'

const anyText = fc.string({ unit: 'binary' })
const OBEYED =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|(?!\u200c|\u200d|\u180f|[\u180b-\u180d]|[\ufe00-\ufe0f])\p{DI}|\p{Surrogate}/u

describe('text for a terminal', () => {
  it('has nothing that a terminal obeys, whatever it was, and stays as it is when it is made so twice', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = visible(text)
        expect(OBEYED.test(shown)).toBe(false)
        expect(visible(shown)).toBe(shown)
      }),
    )
  })

  it('shows what is drawn as nothing, and leaves joiners and kinds of emoji', () => {
    const unseen = '\u00ad\u034f\u115f\u17b4\u2061\u2065\u206f\u3164\ufff0\ufffb\u{1d173}\u{e0001}\u{e0100}\u{e0fff}'
    for (const char of unseen) {
      expect(visible(char)).toBe(`\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
      expect(safeJson(char)).toMatch(/^"(\\u[\da-f]{4})+"$/)
    }
    for (const kept of ['❤\ufe0f', '👩‍👩‍👧', 'می\u200cخواهم']) expect(visible(kept)).toBe(kept)
  })

  it('as JSON is the same value, and has nothing of that either', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = safeJson({ text })
        expect(OBEYED.test(json)).toBe(false)
        expect(JSON.parse(json)).toEqual({ text })
      }),
    )
    expect(safeJson({ big: 2n ** 63n })).toBe('{"big":"9223372036854775808"}')
  })

  it('is as wide as a terminal draws it', () => {
    expect(['abc', '表', 'e\u0301', '🎉', '', '👩‍👩‍👧'].map(cellWidth)).toEqual([3, 2, 1, 2, 0, 2])
  })

  it('is cut in its midst to the cells there are, never through a character', () => {
    expect(cutTo('abcdefghij', 5)).toBe('ab…ij')
    expect(cutTo('abc', 3)).toBe('abc')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        expect(cellWidth(cutTo(text, width))).toBeLessThanOrEqual(Math.max(width, 1))
      }),
    )
  })
})

it('a note takes the place of the line that says how far it is', () => {
  let said = ''
  const to = (isTTY: boolean) => ({ isTTY, columns: 80, write: (text: string) => Boolean((said += text)) })
  const print = createPrint({ out: to(false), err: to(true), input: {}, env: { NO_COLOR: '1' }, as: null })
  print.progress('half')
  print.note('note')
  expect(said).toBe('\r\u001b[Khalf\r\u001b[Knote\n')
})

describe('a table', () => {
  const columns = [
    { title: 'A', cell: (row: readonly string[]) => row[0] ?? '', shrinks: true },
    { title: 'B', cell: (row: readonly string[]) => row[1] ?? '', isNumber: true },
    { title: 'C', cell: (row: readonly string[]) => row[2] ?? '', shrinks: true },
  ]
  const lay = (rows: readonly (readonly string[])[], width: number | null) =>
    layTable(columns, rows, width, (text) => text)

  it('puts numbers to the right, and cuts the widest that may be cut', () => {
    expect(lay([['x'.repeat(40), '12', 'short']], 30)).toEqual(
      [
        'A                   B  C',
        'xxxxxxxxx…xxxxxxxx 12  short'.replace('xxxxxxxxx…xxxxxxxx ', `${cutTo('x'.repeat(40), 19)}  `),
      ].map((line, at) => (at === 0 ? `A${' '.repeat(18)}   B  C` : line)),
    )
  })

  it('is never wider than it may be, as long as something may be cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, fc.constant('1'), anyText), { maxLength: 4 }), (rows) => {
        for (const line of lay(rows, 40)) expect(cellWidth(line)).toBeLessThanOrEqual(40)
      }),
    )
  })
})

describe('names', () => {
  it('of any bytes are read back as redis-cli writes them', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (raw) => {
        const name = fromUint8Array(raw)
        expect(readName('NAME', quoteBytes(name), true)).toEqual(name)
        if (typeof name === 'string')
          expect(readName('NAME', visible(name.replaceAll('\\', '\\\\')), true)).toEqual(name)
      }),
    )
  })

  it('for a shell are one word each, whatever is in them', () => {
    const names = ["it's", '$(x)', 'a b', '`x`', '"', '', '*', 'plain:name-1', '\\', '!!']
    const line = `printf '%s\\0' ${names.map(shellWord).join(' ')}`
    expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(names)
  })

  it('match patterns of stars and question marks alone, in a time that stars do not multiply', () => {
    expect(['orders:1', 'orders', 'xorders'].filter(matcher('orders*'))).toEqual(['orders:1', 'orders'])
    expect(['a.b', 'axb'].filter(matcher('a.b'))).toEqual(['a.b'])
    expect(matcher('(a+)+[x')('(a+)+[x')).toBe(true)
    expect(matcher('?')('🎉')).toBe(true)
    expect(matcher('*'.repeat(60) + 'x')('a'.repeat(5_000))).toBe(false)
  })

  it('that are near are found, and others not', () => {
    expect(closestTo('strems', ['stream', 'streams'])).toBe('streams')
    expect(closestTo('jsn', ['json', 'count'])).toBe('json')
    expect(closestTo('zzz', ['json', 'count'])).toBeNull()
  })
})

describe('addresses among names', () => {
  it.each([
    [['orders:1'], 1, 1, []],
    [['h:1'], 0, 0, ['h:1']],
    [['orders', 'h:1'], 1, 1, ['h:1']],
    [['h:1', 'orders'], 1, 1, ['h:1']],
    [['orders:1', 'h:1'], 1, 1, ['h:1']],
    [['orders:1', 'redis://h'], 1, 1, ['redis://h']],
    [['orders:1', 'g:1', '[::1]:6379'], 2, 2, ['[::1]:6379']],
    [['orders:1', 'orders:1', 'u:p@h:1'], 2, 2, ['u:p@h:1']],
    [['redis://a', 'redis://b'], 1, 1, ['redis://a', 'redis://b']],
    [['h:1'], 0, 1, ['h:1']],
    [['orders:1', 'h:1'], 0, 1, ['h:1']],
    [['orders:1', 'redis://h'], 0, 1, ['redis://h']],
    [['g:1', 'h:1'], 0, 0, ['h:1', 'g:1']],
    [['h:1'], 0, -1, ['h:1']],
  ])('%j of which %d are needed, and %d taken: %j', (words, needed, most, addresses) => {
    const parted = partAddresses(words, needed, most)
    expect([...parted.addresses].sort()).toEqual([...addresses].sort())
    expect([...parted.args, ...parted.addresses].sort()).toEqual([...words].sort())
  })

  it('are told without what may be a password', () => {
    const told = (word: string) => hidePasswords(`not ${word}`, ['a', `--x=${word}`])
    expect(
      ['redis://u:p:/@q@h:1', 'u:p@h', ':p@h', 'redis://u:p', 'redis-cli -a p -h h', 'valkey-cli -a p'].map(told),
    ).toEqual([
      ...['not redis://u:…@h:1', 'not u:…@h', 'not :…@h', 'not redis://u:…', 'not redis-cli …', 'not valkey-cli …'],
    ])
    for (const word of ['orders:1', 'redis://h:6379/0', 'redis://[::1]:6379', 'a@b', 'constructor']) {
      expect(told(word)).toBe(`not ${word}`)
    }
  })
})

describe('the way to the same connection', () => {
  const way = (words: string): string | null => {
    const { arguments: named, addresses, flags } = parseCommandLine(['report', ...words.split(' ')])
    return wayTo(named, addresses, flags)?.join(' ') ?? null
  }

  it.each([
    ['-p 7 -h h -n 2 -c --tls --cacert ca.pem', '-p 7 -h h -n 2 -c --tls --cacert ca.pem'],
    ['-s /run/r.sock --user u -a s3cret', '-s /run/r.sock --user u'],
    ['redis://u:s3cr/e:t@h:7/1', 'redis://u@h:7/1'],
    ['-u redis://:s3cret@h:7', '-u redis://h:7'],
    ['u:s3cret@h:7', 'u@h:7'],
    ['redis+cluster://u:s3cret@h:7,i:8', 'redis+cluster://u@h:7,i:8'],
    ['--connection x --pass-file f', '--connection x --pass-file f'],
    ['--data-dir /d h:7', 'h:7 --data-dir /d'],
  ])('is what was typed, without its password: %s', (typed, expected) => {
    expect(way(typed)).toBe(expected)
  })

  it('is none where a password can’t be parted from it', () => {
    const line = 'redis-cli -h h -a s3cret'
    const { arguments: named, addresses, flags } = parseCommandLine(['report', line])
    expect(wayTo(named, addresses, flags)).toBeNull()
  })
})

it('an option of redis-cli without its value is named', () => {
  expect(() => parseCommandLine(['report', '-p'])).toThrow(/-p/)
  expect(() => parseCommandLine(['report', '--pass-file'])).toThrow(/--pass-file/)
})

describe('a plan that is made anew', () => {
  const figure = (value: number) => ({ value, certainty: 'exact' as const })
  const THEN: Shown = {
    ...{ entries: 10, changes: 9, drops: 1, gone: 1, warnings: ['gone-from-stream'], targetLosses: 2 },
    ...{ atomic: true, undoable: true, forGood: false },
    consumers: [
      { name: 'a', before: 9, after: 0 },
      { name: 'b', before: 0, after: 9 },
    ],
    otherGroups: [{ name: 'g', pending: figure(1), unread: figure(2) }],
  }

  it('stays within what was shown where it is the same, or less', () => {
    expect(beyond(THEN, THEN)).toEqual([])
    const less = { ...THEN, entries: 1, changes: 1, drops: 0, gone: 0, warnings: [], targetLosses: 0, otherGroups: [] }
    expect(beyond(THEN, { ...less, consumers: [{ name: 'b', before: 5, after: 6 }] })).toEqual([])
    expect(beyond({ ...THEN, gone: null }, { ...THEN, gone: 5 })).toEqual([])
  })

  it.each<[string, Partial<Shown>]>([
    ['entries', { entries: 11 }],
    ['changes', { changes: 10 }],
    ['drops', { drops: 2 }],
    ['what is gone', { gone: 2 }],
    ['what is gone, when that is not known', { gone: null }],
    ['losses', { targetLosses: 3 }],
    ['a way back', { undoable: false }],
    ['what is for good', { forGood: true }],
    ['certainty', { atomic: false }],
    ['a warning', { warnings: ['others-need'] }],
    ['a consumer', { consumers: [{ name: 'c', before: 0, after: 1 }] }],
    ['more for a consumer', { consumers: [{ name: 'b', before: 0, after: 10 }] }],
    ['another group', { otherGroups: [{ name: 'h', pending: figure(1), unread: figure(0) }] }],
    ['more of a group', { otherGroups: [{ name: 'g', pending: figure(1), unread: figure(3) }] }],
    ['what a group is given', { otherGroups: [{ name: 'g', pending: figure(1), unread: figure(2), gets: figure(1) }] }],
  ])('goes beyond it by %s', (_what, changes) => {
    expect(beyond(THEN, { ...THEN, ...changes })).toHaveLength(1)
  })
})
