import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bytes,
  bytesKey,
  cliArgument,
  displayBytes,
  fromUint8Array,
  keyBytes,
  quoteBytes,
  sameBytes,
  toUint8Array,
} from '../../shared/bytes'
import { fromBuffer, keyName, nameKey, toBuffer } from '../../electron/redis/bytes'
import { groupKey } from '../../shared/group-key'

const raw = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'grapheme' }).map((text) => new TextEncoder().encode(text)),
)

describe('any bytes', () => {
  test('come back as they were, here and in the host alike', () => {
    fc.assert(
      fc.property(raw, (some) => {
        const value = fromUint8Array(some)
        expect(toUint8Array(value)).toEqual(some)
        expect(fromBuffer(Buffer.from(some))).toEqual(value)
        expect(Uint8Array.from(toBuffer(value))).toEqual(some)
        expect(bytes.parse(JSON.parse(JSON.stringify(value)))).toEqual(value)
      }),
    )
  })

  test('are the same value only when they are the same bytes', () => {
    fc.assert(
      fc.property(raw, raw, (a, b) => {
        const same = Buffer.from(a).equals(Buffer.from(b))
        expect(sameBytes(fromUint8Array(a), fromUint8Array(b))).toBe(same)
        expect(bytesKey(fromUint8Array(a)) === bytesKey(fromUint8Array(b))).toBe(same)
      }),
    )
    expect(sameBytes('/w==', { base64: '/w==' })).toBe(false)
  })

  test('have one key, however they were written down, and are had from it again', () => {
    fc.assert(
      fc.property(raw, (some) => {
        const key = bytesKey(fromUint8Array(some))
        const base64 = Buffer.from(some).toString('base64')
        expect([bytesKey({ base64 }), nameKey({ base64 }), nameKey(Buffer.from(some))]).toEqual([key, key, key])
        expect(toUint8Array(keyBytes(key))).toEqual(some)
        expect(Uint8Array.from(keyName(key))).toEqual(some)
      }),
    )
  })

  test('two names have one key only where both are the same', () => {
    const name = fc.string({ unit: fc.constantFrom('s', '\n', '\\', 'n'), maxLength: 4 })
    fc.assert(
      fc.property(name, name, name, name, (stream, group, otherStream, otherGroup) => {
        const isSame = stream === otherStream && group === otherGroup
        expect(groupKey(stream, group) === groupKey(otherStream, otherGroup)).toBe(isSame)
      }),
      { numRuns: 2_000 },
    )
  })

  test('longer than the engine takes arguments', () => {
    const long = Uint8Array.from({ length: 300_000 }, (_, at) => at % 256)
    expect(toUint8Array(fromUint8Array(long))).toEqual(long)
  })

  test('that are no base64 are refused', () => {
    for (const wrong of [{ base64: '*' }, { base64: 'a' }, { base64: 'AA==', more: 1 }, {}, 1, null]) {
      expect(bytes.safeParse(wrong).success).toBe(false)
    }
  })
})

describe('as redis-cli writes them', () => {
  test('every byte escaped that is not plain', () => {
    expect(quoteBytes('a"b\\c\n\r\t\u0007\b')).toBe('"a\\"b\\\\c\\n\\r\\t\\a\\b"')
    expect(quoteBytes('é')).toBe('"\\xc3\\xa9"')
    expect(quoteBytes({ base64: '/wA=' })).toBe('"\\xff\\x00"')
  })

  test('bare only where it is plain ASCII without spaces and quotes', () => {
    fc.assert(
      fc.property(raw, (some) => {
        const argument = cliArgument(fromUint8Array(some))
        if (argument.startsWith('"')) expect(argument).toMatch(/^"[\x20-\x7e]*"$/)
        else expect(argument).toMatch(/^[!-~]+$/)
        expect(argument).not.toBe('')
      }),
    )
    expect(cliArgument('ncc:checkins')).toBe('ncc:checkins')
    expect(cliArgument('two words')).toBe('"two words"')
    expect(cliArgument('')).toBe('""')
  })

  test('and nothing that a shell would run when a line is pasted there by mistake', () => {
    expect(cliArgument('$(reboot)')).toBe('"\\x24(reboot)"')
    expect(cliArgument('`reboot`')).toBe('"\\x60reboot\\x60"')
    expect(cliArgument('a;reboot')).toBe('"a;reboot"')
    expect(cliArgument('!!')).toBe('"\\x21\\x21"')
    expect(cliArgument('*')).toBe('"*"')
    expect(quoteBytes('$')).toBe('"$"')
  })
})

test('no name can look like another by invisible characters', () => {
  expect(displayBytes('a\u202eb\u0000c\n')).toBe('a\\u{202e}b\\u{0}c\\n')
  expect(displayBytes('\ufeffname\u200b')).toBe('\\u{feff}name\\u{200b}')
  expect(displayBytes('שלום 👋')).toBe('שלום 👋')
  expect(displayBytes({ base64: '/0E=' })).toBe('\\xffA')
})
