import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { message as messageSchema, type Message } from '../../../shared/model/message'
import { message, MESSAGES, sentence, verbatim } from '../../../shared/words/messages'

const FOLDER = 'shared/words/en/messages'
const sources = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

describe('the words of a message', () => {
  test.each([
    [message('undo.claim'), 'Gives back owner and delivery count; the idle time starts anew.'],
    [
      message('recovery.claim', { to: 'bob', idleKept: true, deliveries: 'plusOne' }),
      'claim to bob, idle time kept, one more delivery',
    ],
    [message('recovery.claim', { to: null, idleKept: false, deliveries: 3 }), 'claim to the healthiest, 3 deliveries'],
    [message('recovery.spread', { to: ['a b', { base64: '/w==' }] }), 'spread over "a b", "\\xff"'],
    [
      message('connection-test.is', { product: 'redis', version: '7.0.15', mode: 'standalone' }),
      'Redis 7.0.15 standalone',
    ],
    [message('connection-test.is', { product: 'valkey', version: '9.1.2', mode: 'unknown' }), 'Valkey 9.1.2'],
    [message('connection-test.is', { product: 'kvrocks', version: '2.9.0', mode: 'cluster' }), 'Kvrocks 2.9.0 cluster'],
    [message('connection-test.round-trip', { ms: 0.03 }), 'round trip < 0.1 ms'],
    [message('redrive.to-one', { entries: 1, stream: 'orders' }), 'redrive 1 entry to orders'],
    [message('redrive.to-many', { entries: 3, streams: 2 }), 'redrive 3 entries to 2 streams'],
    [
      message('restore.lacks', { entries: 1 }),
      'The new key lacks 1 entry that the stream holds before its end. Restore once more, with what the stream holds now.',
    ],
    [
      message('group-change.holds', { consumer: 'a\u202e', pending: 2 }),
      'a\\u{202e} holds 2 pending entries, which Redis would drop with it. Reassign or ack them first.',
    ],
    [message('journal.undo', { what: message('recovery.ack') }), 'undo: ack'],
    [
      message('undo.notes', { notes: [message('undo.stream-gone'), verbatim('Redis’s own.')] }),
      'The stream is gone. Redis’s own.',
    ],
    [
      message('connection.not-allowed', { name: 'multi', user: '' }),
      'The user "default" is not allowed to run MULTI and EXEC.',
    ],
    [
      message('error.told', { error: { code: 'REDIS', data: { prefix: 'OOM', reply: 'OOM no', command: 'XADD' } } }),
      'OOM no',
    ],
  ])('%o', (said, words) => {
    expect(sentence(said)).toBe(words)
    // As it comes back from a journal, or over a socket.
    expect(sentence(messageSchema.parse(JSON.parse(JSON.stringify(said))))).toBe(words)
  })

  test('a wrong code, missing and wrong parameters do not compile', () => {
    // @ts-expect-error no such sentence
    message('undo.never')
    // @ts-expect-error it is about a stream
    message('recovery.requeue')
    // @ts-expect-error a number is no name
    message('recovery.requeue', { stream: 7 })
    // @ts-expect-error it is about nothing
    message('recovery.ack', { id: '1-0' })
    expectTypeOf(message('recovery.ack')).toEqualTypeOf<Message>()
  })
})

describe('a message that is not understood is shown by its code', () => {
  test.each([
    ['of a newer Sluice', { code: 'undo.by-teleport', params: {} }],
    ['named like what every object has', { code: 'toString', params: {} }],
    ['without what it is about', { code: 'recovery.requeue', params: {} }],
    ['without a text in it', { code: 'recovery.copy-left', params: { copyId: '1-0' } }],
    ['with null for a message', { code: 'recovery.copy-left', params: { copyId: '1-0', why: null } }],
    ['with a text for a message', { code: 'journal.undo', params: { what: 'ack' } }],
    ['with a message for a text', { code: 'undo.sets-id', params: { id: verbatim('1-0') } }],
    ['with a text for a count', { code: 'input.at-most', params: { limit: 'many', of: 'items' } }],
    ['with a number for a list', { code: 'undo.notes', params: { notes: 3 } }],
    ['with half a server', { code: 'undo.lead-back', params: { then: { endpoint: 'db:1' } } }],
    ['with an error that lacks its data', { code: 'error.told', params: { error: { code: 'REDIS' } } }],
  ])('%s', (_what, said) => {
    expect(sentence(said)).toBe(said.code)
  })

  test('also inside another sentence, of which the rest is told', () => {
    const newer = { code: 'recovery.vanished', params: {} }
    expect(sentence(message('recovery.not-written', { why: newer }))).toBe('It could not be written: recovery.vanished')
    const damaged = { code: 'UNREACHABLE', data: { reason: 'closed' } }
    expect(sentence(message('recovery.not-written', { why: message('error.told', { error: damaged }) }))).toBe(
      'It could not be written: UNREACHABLE',
    )
  })

  test.each([5, true, 'text', [1, 2]])('an error that is no record (%j) is told by the code', (error) => {
    expect(sentence({ code: 'error.told', params: { error } })).toBe('error.told')
  })

  test('whatever is in it, it never throws, and never says undefined', () => {
    const codes = fc.oneof(fc.constantFrom(...Object.keys(MESSAGES)), fc.string())
    const params = fc.dictionary(
      fc.constantFrom('id', 'to', 'stream', 'name', 'entries', 'why', 'what', 'notes', 'file', 'error', 'key', 'group'),
      fc.anything(),
    )
    fc.assert(
      fc.property(codes, params, (code, about) => {
        const words = sentence({ code, params: about })
        expect(typeof words).toBe('string')
        expect(words).not.toMatch(/\bundefined\b/)
      }),
    )
  })
})

describe('the catalogue', () => {
  test('every code begins with the noun of its file', () => {
    for (const file of readdirSync(FOLDER)) {
      const noun = file.replace('-messages.ts', '')
      const codes = [...readFileSync(join(FOLDER, file), 'utf8').matchAll(/^ {2}'([a-z-]+)\.[a-z-]+':/gm)]
      expect(codes.length).toBeGreaterThan(0)
      expect([...new Set(codes.map(([, first]) => first))]).toEqual([noun])
    }
  })

  test('every sentence is said somewhere by the host', () => {
    const host = sources('electron')
    const unsaid = Object.keys(MESSAGES).filter((code) => code !== 'verbatim' && !host.includes(`'${code}'`))
    expect(unsaid).toEqual([])
  })
})
