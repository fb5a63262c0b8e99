import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAppError } from '../../../../shared/error'
import { connectionProfile } from '../../../../shared/model/connection'
import { parseConnectionUrl } from '../../../../electron/services/connections/parse-url'
import { saying } from '../../../helpers/saying'

const TLS = { ca: '', cert: '', serverName: '', verify: true }

describe('what is read', () => {
  test.each([
    ['redis://localhost', { kind: 'tcp', host: 'localhost', port: 6379 }, '', null, 0, null],
    ['redis://localhost/', { kind: 'tcp', host: 'localhost', port: 6379 }, '', null, 0, null],
    ['  redis://h:7000/12  ', { kind: 'tcp', host: 'h', port: 7000 }, '', null, 12, null],
    ['redis://h?db=3', { kind: 'tcp', host: 'h', port: 6379 }, '', null, 3, null],
    ['redis://:pw@h:1', { kind: 'tcp', host: 'h', port: 1 }, '', 'pw', 0, null],
    ['redis://me:pw@h', { kind: 'tcp', host: 'h', port: 6379 }, 'me', 'pw', 0, null],
    ['redis://me@h', { kind: 'tcp', host: 'h', port: 6379 }, 'me', null, 0, null],
    ['redis://a%40b:p%40s%2F%3A%23%25@h', { kind: 'tcp', host: 'h', port: 6379 }, 'a@b', 'p@s/:#%', 0, null],
    ['redis://:%D0%BA%D0%BB%D1%8E%D1%87@h', { kind: 'tcp', host: 'h', port: 6379 }, '', 'ключ', 0, null],
    ['redis://[::1]:6380', { kind: 'tcp', host: '::1', port: 6380 }, '', null, 0, null],
    ['REDISS://cache.example.org:10000', { kind: 'tcp', host: 'cache.example.org', port: 10000 }, '', null, 0, TLS],
    ['unix:/run/redis.sock', { kind: 'unix', path: '/run/redis.sock' }, '', null, 0, null],
    ['unix:///run/my%20redis.sock?db=2', { kind: 'unix', path: '/run/my redis.sock' }, '', null, 2, null],
    ['redis+cluster://h', { kind: 'cluster', nodes: [{ host: 'h', port: 6379 }] }, '', null, 0, null],
    [
      'rediss+cluster://me:p%40s@a:1,[::1]:2/0',
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 1 },
          { host: '::1', port: 2 },
        ],
      },
      ...(['me', 'p@s', 0, TLS] as const),
    ],
    ['redis+unix:///run/redis.sock?db=1', { kind: 'unix', path: '/run/redis.sock' }, '', null, 1, null],
  ] as const)('%s', (url, endpoint, username, password, db, tls) => {
    const parsed = parseConnectionUrl(url)
    expect(parsed.profile).toMatchObject({ endpoint, username, db, tls })
    expect(parsed.password).toBe(password)
    expect(connectionProfile.parse(parsed.profile)).toEqual(parsed.profile)
  })

  test('names itself by its address, and never by its password', () => {
    expect(parseConnectionUrl('redis://u:secret@[::1]:7000/1').profile.name).toBe('[::1]:7000')
    expect(parseConnectionUrl('redis://u:secret@h').profile.name).toBe('h:6379')
    expect(parseConnectionUrl(`unix:/${'x'.repeat(200)}`).profile.name).toHaveLength(80)
  })

  test('user and password of any characters, percent-encoded', () => {
    const secret = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(secret, secret, (user, password) => {
        const parsed = parseConnectionUrl(`redis://${encodeURIComponent(user)}:${encodeURIComponent(password)}@h:1/0`)
        expect([parsed.profile.username, parsed.password]).toEqual([user, password])
      }),
    )
  })
})

describe('what is refused', () => {
  test.each([
    ['', 'url'],
    ['localhost:6379', 'url'],
    ['http://localhost', 'url'],
    ['redis:localhost', 'url'],
    ['redis://', 'host'],
    ['redis://h:0', 'port'],
    ['redis://h:65536', 'url'],
    ['redis://h:port', 'url'],
    ['redis://h/one', 'db'],
    ['redis+cluster:a:1', 'url'],
    ['redis+cluster://', 'nodes'],
    ['redis+cluster://a:1,b:x', 'nodes'],
    ['redis+cluster://a:0', 'nodes'],
    ['redis+cluster://a:1/2', 'db'],
    ['redis+cluster://a:1?db=x', 'db'],
    ['redis+cluster://me:secret@x@a:1', 'url'],
    ['redis://h/-1', 'db'],
    ['redis://h/0/1', 'db'],
    ['redis://h/1?db=2', 'db'],
    ['redis://h/99999999', 'db'],
    ['redis://:50%@h', 'password'],
    ['redis://%zz@h', 'username'],
    ['redis://:pa#ss@h', 'url'],
    ['redis://h#pass', 'url'],
    ['unix:', 'path'],
    ['unix://run/redis.sock', 'path'],
    ['unix:/', 'path'],
  ])('%j, for its %s', (url, field) => {
    const error = thrown(() => parseConnectionUrl(url))
    expect(error).toMatchObject({ code: 'BAD_INPUT', data: { field } })
    expect(error).toHaveProperty('data.remedy', saying(/\.$/))
  })

  test('is never repeated in the error: it may hold a password', () => {
    const secret = 'hunter2-äß'
    const urls = [
      `redis://:${secret}#x@h`,
      `redis://:${secret}%@h`,
      `redis://:${secret}@h:port`,
      `x://${secret}`,
      secret,
    ]
    for (const url of [...urls, `redis://h/${secret}`, `unix://${secret}/x`]) {
      const error = thrown(() => parseConnectionUrl(url))
      expect(isAppError(error, 'BAD_INPUT')).toBe(true)
      const { message, stack = '' } = error as Error
      expect(`${message}${stack}${JSON.stringify(error)}`).not.toContain('hunter2')
    }
  })

  test('or read, but nothing else: no text makes it crash', () => {
    const scheme = fc.constantFrom('redis://', 'rediss://', 'unix:', 'redis+unix://', 'redis:', '')
    fc.assert(
      fc.property(scheme, fc.string({ unit: 'binary' }), (start, rest) => {
        try {
          connectionProfile.parse(parseConnectionUrl(start + rest).profile)
        } catch (error) {
          expect(isAppError(error, 'BAD_INPUT'), `${start}${rest}: ${String(error)}`).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function thrown(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
