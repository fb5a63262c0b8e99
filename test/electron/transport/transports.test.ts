import { isDefinedError, ORPCError, safe } from '@orpc/client'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { tinyRouter, type TinyRouter } from '../../helpers/tiny-router'
import { transports, type Connected } from '../../helpers/transports'

describe.each(transports)('over $name', ({ connect }) => {
  let tiny: TinyRouter
  let connected: Connected<TinyRouter['router']>
  const complaints = vi.spyOn(console, 'error')
  beforeAll(async () => {
    tiny = tinyRouter()
    connected = await connect(tiny.router)
  })
  afterAll(() => connected.stop())
  const api = (): Connected<TinyRouter['router']>['client'] => connected.client

  describe('values', () => {
    test('numbers beyond 2^53 stay exact', async () => {
      const greatest = 2n ** 64n - 1n
      expect(await api().sum({ a: greatest, b: 1n })).toBe(18446744073709551616n)
    })

    test.each([
      ['nothing', undefined],
      ['null', null],
      ['text in every script', 'a\u0000b "\\" \u{1F4A7} שלום \u202e \r\n'],
      ['half a surrogate pair', '\ud800'],
      ['bytes', { base64: '//79AAE=' }],
      ['a hole', { present: 1, absent: undefined }],
      [
        'a list of pairs, doubles kept',
        [
          ['a', '1'],
          ['a', '2'],
        ],
      ],
      ['words that mean something to objects', { __proto__x: 1, constructor: 2, toString: 3, then: 4 }],
    ])('%s comes back as it went', async (_what, value) => {
      expect(await api().echo(value)).toEqual(value)
    })

    test('any data comes back as it went', async () => {
      const leaf = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.bigInt(),
        fc.boolean(),
        fc.constant(null),
      )
      const key = fc.string().filter((name) => name !== '__proto__')
      const data = fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 4 },
          leaf,
          fc.array(tie('value')),
          fc.dictionary(key, tie('value'), { noNullPrototype: true }),
        ),
      })).value
      await fc.assert(
        fc.asyncProperty(data, async (value) => {
          expect(await api().echo(plainZeros(value))).toEqual(plainZeros(value))
        }),
        { numRuns: 200 },
      )
    })

    test('a name that would reach the prototype of everything is dropped', async () => {
      const hostile: unknown = JSON.parse(
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
      )
      await api().echo(hostile)
      expect('polluted' in {}).toBe(false)
    })

    test('a large input and a larger output', async () => {
      const input = 'é'.repeat(450_000)
      expect(await api().echo(input)).toBe(input)
      const rows = Array.from({ length: 20_000 }, (_, row) => ({ id: `${row}-0`, consumer: 'x'.repeat(100) }))
      expect(await api().repeat({ value: rows.slice(0, 100), times: 200 })).toHaveLength(200)
    })
  })

  describe('errors', () => {
    test('a declared one arrives with its code, words and data', async () => {
      const { error, isDefined } = await safe(api().refuse({ connection: 'billing' }))
      expect(isDefined).toBe(true)
      expect(isDefinedError(error) && [error.code, error.message, error.data]).toEqual([
        'READ_ONLY',
        'billing is read-only',
        { connection: 'billing' },
      ])
    })

    test('input that does not fit is refused before it is used', async () => {
      const wrong = { a: 1, b: 2n } as unknown as { a: bigint; b: bigint }
      await expect(api().sum(wrong)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    })
  })

  describe('streams of events', () => {
    test('all of them, in order', async () => {
      const seen: number[] = []
      for await (const n of await api().count({ to: 2_000 })) seen.push(n)
      expect(seen).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1))
    })

    test('a declared error in the middle', async () => {
      const iterator = await api().failing()
      expect((await iterator.next()).value).toBe('first')
      const { error } = await safe(iterator.next())
      expect(error).toMatchObject({ code: 'READ_ONLY', data: { connection: 'later' }, defined: true })
    })

    test('leaving the loop stops it at the source', async () => {
      for await (const word of await api().watch()) {
        expect([word, tiny.watching]).toEqual(['watching', 1])
        break
      }
      await vi.waitFor(() => expect(tiny.watching).toBe(0))
    })

    test('an abort signal stops it at the source, and ends the loop', async () => {
      const controller = new AbortController()
      const iterator = await api().watch(undefined, { signal: controller.signal })
      await iterator.next()
      expect(tiny.watching).toBe(1)
      const next = safe(iterator.next())
      controller.abort()
      await next
      await vi.waitFor(() => expect(tiny.watching).toBe(0))
    })

    test('many at once, among calls, do not mix', async () => {
      const streams = Array.from({ length: 20 }, async (_, index) => {
        let last = 0
        for await (const n of await api().count({ to: 50 + index })) last = n
        return last
      })
      const calls = Array.from({ length: 100 }, (_, index) => api().echo(index))
      expect(await Promise.all(streams)).toEqual(Array.from({ length: 20 }, (_, index) => 50 + index))
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 100 }, (_, index) => index))
    })
  })

  test('nothing of this was written to the console', () => {
    expect(complaints).not.toHaveBeenCalled()
  })
})

const remote = transports.filter(({ name }) => name !== 'direct')

describe.each(remote)('only over $name', ({ connect }) => {
  let tiny: TinyRouter
  let connected: Connected<TinyRouter['router']>
  beforeEach(async () => {
    tiny = tinyRouter()
    connected = await connect(tiny.router)
  })
  afterEach(() => connected.stop())

  test('an error that is not declared crosses without its words', async () => {
    const { error } = await safe(connected.client.crash())
    expect(error).toBeInstanceOf(ORPCError)
    expect(JSON.stringify(error)).not.toContain('secret-inside')
    expect(String(error)).not.toContain('secret-inside')
  })

  test.each([[['nothing']], [['__proto__']], [['constructor']], [['echo', 'echo']], [['']]])(
    'there is no procedure %j',
    async (path) => {
      const start: unknown = connected.client
      const missing = path.reduce((at, key) => (at as Record<string, unknown>)[key], start) as () => Promise<unknown>
      await expect(missing()).rejects.toMatchObject({ status: 404 })
    },
  )

  test('a call that was aborted before it began never begins', async () => {
    await expect(connected.client.watch(undefined, { signal: AbortSignal.abort() })).rejects.toThrow()
    expect(tiny.watching).toBe(0)
  })

  test('when the page goes, what it listened to is told, and its calls fail', async () => {
    const iterator = await connected.client.watch()
    await iterator.next()
    const next = iterator.next().catch(() => 'failed')
    await connected.disconnect()
    await vi.waitFor(() => expect(tiny.watching).toBe(0))
    expect(await next).toBe('failed')
  })

  test('nothing that was in a call is logged', async () => {
    const lines: string[] = []
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
    const { client, stop } = await connect(tiny.router, log)
    await safe(client.echo({ password: 'hunter2' }))
    await safe(client.refuse({ connection: 'hunter2' }))
    await safe(client.crash())
    expect(lines.join('')).not.toContain('hunter2')
    await stop()
  })
})

/** JSON has no negative zero. */
function plainZeros(value: unknown): unknown {
  if (Object.is(value, -0)) return 0
  if (Array.isArray(value)) return value.map(plainZeros)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainZeros(one)]))
}
