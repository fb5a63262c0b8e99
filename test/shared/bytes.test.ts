import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bytes,
  bytesKey,
  cliArgument,
  displayBytes,
  fromUint8Array,
  quoteBytes,
  sameBytes,
  toUint8Array,
} from '../../shared/bytes'
import { fromBuffer, toBuffer } from '../../electron/redis/bytes'

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
