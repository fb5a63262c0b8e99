import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connectionProfile } from '../../../../shared/model/connection'
import { isAppError } from '../../../../shared/error'
import { parseAddress } from '../../../../electron/services/connections/parse-address'
import { saying } from '../../../helpers/saying'

const TLS = { ca: '', cert: '', serverName: '', verify: true }
const tcp = (host: string, port: number) => ({ kind: 'tcp', host, port }) as const

describe('what is read', () => {
  test.each([
    ['localhost:6379', tcp('localhost', 6379), '', null, 0, null],
    [' 10.0.0.4:7000 ', tcp('10.0.0.4', 7000), '', null, 0, null],
    ['[::1]:6380', tcp('::1', 6380), '', null, 0, null],
    ['redis://h/2', tcp('h', 6379), '', null, 2, null],
    ['redis-cli', tcp('127.0.0.1', 6379), '', null, 0, null],
    ['redis-cli -h h -p 7000', tcp('h', 7000), '', null, 0, null],
    ['$ redis-cli -h h PING', tcp('h', 6379), '', null, 0, null],
    ['/usr/bin/valkey-cli -h h -n 3 XINFO STREAM -h', tcp('h', 6379), '', null, 3, null],
    ['redis-cli -h h --user me -a "p w\\"" --tls', tcp('h', 6379), 'me', 'p w"', 0, TLS],
    ["redis-cli -h h --pass 'p$w' --insecure --tls", tcp('h', 6379), '', 'p$w', 0, { ...TLS, verify: false }],
    ['redis-cli -h h --tls --sni name', tcp('h', 6379), '', null, 0, { ...TLS, serverName: 'name' }],
    ['REDISCLI_AUTH=s3 redis-cli -h h --no-auth-warning', tcp('h', 6379), '', 's3', 0, null],
    ['redis-cli -u rediss://me:pw@h:1/2', tcp('h', 1), 'me', 'pw', 2, TLS],
    ['redis-cli -u redis://h:1/2 -n 5 -p 3', tcp('h', 3), '', null, 5, null],
    ['redis-cli -s /run/redis.sock -n 1', { kind: 'unix', path: '/run/redis.sock' }, '', null, 1, null],
    ['redis-cli -c -h h -p 7000', { kind: 'cluster', nodes: [{ host: 'h', port: 7000 }] }, '', null, 0, null],
    ['redis-cli -2 -r 5 -i 1 -h h', tcp('h', 6379), '', null, 0, null],
  ] as const)('%s', (text, endpoint, username, password, db, tls) => {
    const parsed = parseAddress(text)
    expect(parsed.profile).toMatchObject({ endpoint, username, db, tls })
    expect(parsed.password).toBe(password)
    expect(connectionProfile.parse(parsed.profile)).toEqual(parsed.profile)
  })

  const sentinel = (primary: string, tls: object | null = null) => ({
    ...{ kind: 'sentinel', primary, username: '', tls },
    nodes: [
      { host: 'a', port: 26379 },
      { host: '::1', port: 5 },
    ],
  })
  test.each([
    ['redis-sentinel://a,[::1]:5/mymaster', sentinel('mymaster'), '', null, 0, null],
    ['redis-sentinel://me:p%40w@a,[::1]:5/mymaster/3', sentinel('mymaster'), 'me', 'p@w', 3, null],
    ['redis+sentinel://a,[::1]:5/my%20master?db=2', sentinel('my master'), '', null, 2, null],
    ['redis-sentinel://a,[::1]:5/4?sentinelMasterId=m', sentinel('m'), '', null, 4, null],
    ['redis-sentinel://a,[::1]:5#m', sentinel('m'), '', null, 0, null],
    ['rediss-sentinel://:x@a,[::1]:5/m', sentinel('m', { ca: '', serverName: '', verify: true }), '', 'x', 0, TLS],
  ] as const)('%s', (text, endpoint, username, password, db, tls) => {
    const parsed = parseAddress(text)
    expect(parsed.profile).toMatchObject({ endpoint, username, db, tls })
    expect(parsed.password).toBe(password)
    expect(connectionProfile.parse(parsed.profile)).toEqual(parsed.profile)
  })
})

describe('what is refused', () => {
  test.each([
    ['localhost', 'url'],
    ['a:1,b:2', 'url'],
    ['h:0', 'url'],
    ['h:65536', 'url'],
    ['user@h:1', 'url'],
    ['redis-cli -h', 'url'],
    ['redis-cli -h h -p 0', 'port'],
    ['redis-cli -p x', 'port'],
    ['redis-cli -n two', 'db'],
    ['redis-cli -s relative', 'path'],
    ['redis-cli --cacert /etc/ca.pem', 'url'],
    ['redis-cli --askpass', 'url'],
    ['redis-cli -a "open', 'url'],
    ["redis-cli -a 'open", 'url'],
    ['redis-cli -u http://h', 'url'],
    ['redis-cli-other -h h', 'url'],
    ['redis-sentinel://a:1', 'primary'],
    ['redis-sentinel://a:1/', 'primary'],
    ['redis-sentinel:///m', 'nodes'],
    ['redis-sentinel://a:1/m/x', 'db'],
    ['redis-sentinel://a:1/m/1/2', 'db'],
    ['redis-sentinel://a:1/m/1?db=2', 'db'],
    ['redis-sentinel:a:1/m', 'url'],
    ['redis-sentinel://a:1/%zz', 'primary'],
  ])('%j, for its %s', (text, field) => {
    const error = thrown(() => parseAddress(text))
    expect(error).toMatchObject({ code: 'BAD_INPUT', data: { field } })
    expect(error).toHaveProperty('data.remedy', saying(/\.$/))
  })

  test('names the option that it can’t take over, unless that may be a secret', () => {
    expect(thrown(() => parseAddress('redis-cli --cacert x'))).toHaveProperty('data.problem', saying('--cacert'))
    for (const secret of ['-ahunter2', '--pass=hunter2', '-hunter2', '--hunter2']) {
      const error = thrown(() => parseAddress(`redis-cli ${secret} -a "hunter2" -h x`))
      const { message, stack = '' } = error as Error
      expect(`${message}${stack}${JSON.stringify(error)}`).not.toContain('hunter2')
    }
  })

  test('or read, but nothing else: no text makes it crash', () => {
    const begins = fc.constantFrom(
      'redis-cli ',
      'redis-cli -a ',
      'redis-sentinel://',
      'redis-sentinel://a/',
      '$ ',
      '[',
      '',
    )
    fc.assert(
      fc.property(begins, fc.string({ unit: 'binary' }), (start, rest) => {
        try {
          parseAddress(start + rest)
        } catch (error) {
          if (!isAppError(error, 'BAD_INPUT')) throw error
        }
      }),
    )
  })

  test('a word in quotes is what a shell would make of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (secret) => {
        const quoted = `'${secret.replaceAll("'", `'\\''`)}'`
        expect(parseAddress(`redis-cli -h h -a ${quoted} PING`).password).toBe(secret)
      }),
    )
  })
})

function thrown(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
