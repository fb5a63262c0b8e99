import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shownCommand } from '../../../electron/redis/shown-command'
import { copiedLine, isPartial, loggedLine, type Marks } from '../../../shared/logged-line'
import { READING, WRITING } from './command-examples'

const SECRET = 'tell-nobody-4711'
const MARKS: Marks = {
  hidden: ({ hidden, bytes }) => `<${hidden}:${bytes}>`,
  left: ({ left }) => `<+${left}>`,
  start: ({ bytes }) => `<of ${bytes}>`,
}
type Sent = readonly (string | number | Buffer)[]
/** As ioredis has them once it writes. */
const shown = (name: string, args: Sent) =>
  shownCommand(
    name,
    args.map((arg) => (typeof arg === 'number' ? String(arg) : arg)),
  )
const line = (name: string, ...args: Sent): string => {
  const { command, args: parts } = shown(name, args)
  return loggedLine({ command, args: [...parts] }, MARKS)
}

describe('what a command is about shows, and nothing else', () => {
  const cases: readonly (readonly [sent: Sent, shown: string])[] = [
    [['XADD', 'orders', '*', 'card', SECRET], 'XADD orders "*" <2:20>'],
    [
      ['XADD', 'orders', 'NOMKSTREAM', 'MAXLEN', '~', '1000', 'LIMIT', 5, '1-1', '7', '8'],
      'XADD orders NOMKSTREAM MAXLEN "~" 1000 LIMIT 5 1-1 <2:2>',
    ],
    [
      ['XADD', 'orders', 'KEEPREF', 'MINID', '=', '1-1', '2-*', 'a', 'b'],
      'XADD orders KEEPREF MINID "=" 1-1 "2-*" <2:2>',
    ],
    [['HSET', 'hash', '12', '13'], 'HSET hash <2:4>'],
    [['HMGET', 'hash', 'a', 'b'], 'HMGET hash <2:2>'],
    [['HPEXPIREAT', 'hash', 17, 'FIELDS', 2, '3', '4'], 'HPEXPIREAT hash 17 FIELDS 2 <2:2>'],
    [['HPEXPIREAT', 'hash', 17, SECRET], 'HPEXPIREAT <3:22>'],
    [['EVAL', SECRET, 2, 'k1', 'k2', '5', SECRET], 'EVAL <1:16> 2 k1 k2 <2:17>'],
    [['EVAL', SECRET, '-1'], 'EVAL <1:16> -1'],
    [['EVAL', SECRET, '99', 'k1'], 'EVAL <1:16> 99 k1'],
    [['EVALSHA_RO', 'abc', 1, 'k', '1'], 'EVALSHA_RO <1:3> 1 k <1:1>'],
    [['XCLAIM', 'k', 'g', 'c', 0, '1-1', 'TIME', 5, 'JUSTID'], 'XCLAIM k g c 0 1-1 TIME 5 JUSTID'],
    [['XPENDING', 'k', 'g', '-', '(1-1', 10, 'me'], 'XPENDING k g "-" "(1-1" 10 me'.replace('"-"', '-')],
    [['XPENDING', 'k', 'g', 'IDLE', 5, '-', '+', 10, 'me'], 'XPENDING k g IDLE 5 - + 10 me'],
    [['XREAD', 'COUNT', 5, 'BLOCK', 0, 'STREAMS', 'k', '$'], 'XREAD COUNT 5 BLOCK 0 STREAMS k "\\x24"'],
    [['XGROUP', 'CREATECONSUMER', 'k', 'g', 'c'], 'XGROUP CREATECONSUMER k g c'],
    [['XGROUP', 'CREATE', 'k', 'g', '0', 'MKSTREAM', 'ENTRIESREAD', '4'], 'XGROUP CREATE k g 0 MKSTREAM ENTRIESREAD 4'],
    [['SCAN', '0', 'COUNT', 10, 'TYPE', 'stream', 'MATCH', 'a*'], 'SCAN 0 COUNT 10 TYPE STREAM MATCH "a*"'],
    [['client', 'setname', 'sluice'], 'CLIENT SETNAME <1:6>'],
    [['CLIENT', 'KILL', 'ID', 5], 'CLIENT KILL ID 5'],
    [['CONFIG', 'GET', 'notify-keyspace-events'], 'CONFIG GET notify-keyspace-events'],
    [['UNLINK', 'a', 'b'], 'UNLINK a b'],
    [['MULTI'], 'MULTI'],
    [['SELECT', '3'], 'SELECT 3'],
  ]
  test.each(cases)('%j', ([name, ...args], expected) => {
    expect(line(String(name), ...args)).toBe(expected)
  })
})

describe('nothing tells a secret', () => {
  test.each<Sent>([
    ['AUTH', SECRET],
    ['auth', 'user', SECRET],
    ['HELLO', '3', 'AUTH', 'user', SECRET],
    ['CONFIG', 'SET', 'requirepass', SECRET],
    ['ACL', 'SETUSER', 'me', `>${SECRET}`],
    ['SET', 'key', SECRET],
    ['FROM-THE-FUTURE', SECRET, SECRET],
    [SECRET, 'x'],
    ['PING', SECRET],
    ['MIGRATE', 'host', '1', 'key', '0', '5', 'AUTH', SECRET],
    ['XADD', 'k', SECRET, 'a', 'b'],
    ['XACK', 'k', 'g', SECRET, '1-1'],
    ['XREAD', SECRET, 'k'],
    ['XCLAIM', 'k', 'g', 'c', SECRET, '1-1'],
  ])('%s', (name, ...args) => {
    expect(JSON.stringify(shown(String(name), args))).not.toContain(SECRET)
  })

  test('not even by its length', () => {
    for (const args of [
      ['AUTH', SECRET],
      ['HELLO', '3', 'AUTH', 'u', SECRET],
      ['SET', 'k', SECRET],
    ]) {
      const [name = '', ...rest] = args
      expect(shown(name, rest)).toMatchObject({ tellsSize: false, args: [{ hidden: rest.length, bytes: null }] })
    }
    expect(shown('HELLO', []).tellsSize).toBe(true)
  })

  test('whatever comes behind the name of a command that is not known', () => {
    const any = fc.array(fc.string(), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(any, (args) => {
        expect(shownCommand('NOSUCH', args).args).toEqual([{ hidden: args.length, bytes: null }])
      }),
    )
  })

  test('of what is written to streams and hashes, whatever it looks like', () => {
    const pairs = fc.array(fc.oneof(fc.string(), fc.nat().map(String), fc.constantFrom('*', '1-1', 'LIMIT', '~')), {
      minLength: 2,
    })
    fc.assert(
      fc.property(pairs, (fields) => {
        const bytes = Buffer.byteLength(fields.join(''))
        expect(shownCommand('XADD', ['k', 'MAXLEN', '~', '5', '*', ...fields]).args).toEqual([
          ...['k', 'MAXLEN', '~', '5', '*', { hidden: fields.length, bytes }],
        ])
        expect(shownCommand('HSET', ['k', ...fields]).args).toEqual(['k', { hidden: fields.length, bytes }])
      }),
    )
  })
})

test('of each command that is sent, what it is about is told', () => {
  for (const [name, args] of Object.entries({ ...READING, ...WRITING })) {
    const { command, args: parts } = shown(name, args)
    expect(command).toBe(name)
    // A bare value is all that one of these begins with; the others begin with something that shows.
    if (args.length > 0)
      expect(
        parts.some((part) => typeof part === 'string'),
        name,
      ).toBe(true)
  }
})

describe('it stays small', () => {
  test('of five hundred ids the first and the last show', () => {
    const ids = Array.from({ length: 500 }, (_, at) => `${at}-0`)
    const told = line('XCLAIM', 'k', 'g', 'c', 0, ...ids, 'IDLE', 5, 'JUSTID')
    expect(told).toBe('XCLAIM k g c 0 0-0 1-0 2-0 3-0 4-0 5-0 <+491> 497-0 498-0 499-0 IDLE 5 JUSTID')
  })

  test('a long name is cut, between two characters, and tells how long it is', () => {
    for (const character of ['a', 'é', '€', '😀']) {
      const name = Buffer.from(character.repeat(500))
      const [part] = shownCommand('XLEN', [name]).args
      expect(part).toEqual({ start: expect.any(String) as string, bytes: name.length })
      const { start } = part as { start: string }
      expect(name.toString().startsWith(start)).toBe(true)
      expect(Buffer.byteLength(start)).toBeGreaterThan(195)
    }
  })

  test('names may be any bytes, and are copied', () => {
    const raw = Buffer.from([0xff, 0xfe, 0x00])
    expect(shownCommand('XLEN', [raw]).args).toEqual([{ base64: raw.toString('base64') }])
  })
})

test('a line that is not whole can not be run by mistake', () => {
  const whole = { command: 'XLEN', args: ['a b'] }
  const partial = { command: 'XADD', args: ['k', '*', { hidden: 2, bytes: 5 }] }
  expect([isPartial(whole), isPartial(partial)]).toEqual([false, true])
  expect(copiedLine(whole, MARKS)).toBe('XLEN "a b"')
  expect(copiedLine(partial, MARKS)).toBe('# XADD k "*" <2:5>')
  expect(copiedLine({ command: 'XLEN', args: [{ base64: '/w==' }] }, MARKS)).toBe('XLEN "\\xff"')
  expect(copiedLine({ command: 'XLEN', args: [{ start: 'k', bytes: 900 }] }, MARKS)).toBe('# XLEN k<of 900>')
})
