import { describe, expect, test } from 'vitest'
import { AppError } from '../../../../shared/error'
import { commandKey } from '../../../../electron/redis/command-key'
import { redirectionIn } from '../../../../electron/redis/cluster/redirection'
import { parseClusterSlots } from '../../../../electron/redis/cluster/slot-map'
import { ReplyShapeError, type Reply } from '../../../../electron/redis/reply'

const asked = { host: 'here', port: 7_000 }
const node = (host: string | null, port: number): Reply => [
  host === null ? null : Buffer.from(host),
  String(port),
  Buffer.from('id'),
]

describe('CLUSTER SLOTS', () => {
  test('ranges of one node are put together, with its replicas', () => {
    const map = parseClusterSlots(
      [
        ['0', '99', node('a', 1), node('b', 2)],
        ['100', '199', node('c', 3)],
        ['200', '16383', node('a', 1), node('b', 2), node('d', 4)],
      ],
      asked,
    )
    expect(map.primaries).toEqual([
      {
        host: 'a',
        port: 1,
        slots: 100 + 16_184,
        replicas: [
          { host: 'b', port: 2 },
          { host: 'd', port: 4 },
        ],
      },
      { host: 'c', port: 3, slots: 100, replicas: [] },
    ])
    expect([0, 99, 100, 199, 200, 16_383].map((slot) => map.ownerOf(slot)?.host)).toEqual([
      'a',
      'a',
      'c',
      'c',
      'a',
      'a',
    ])
  })

  test('a node that knows no address of its own is the one that was asked; one of unknown address is nobody', () => {
    const map = parseClusterSlots(
      [
        ['0', '1', node('', 5)],
        ['2', '3', node(null, 6)],
        ['4', '5', node('?', 7)],
      ],
      asked,
    )
    expect([0, 2, 4, 6].map((slot) => map.ownerOf(slot))).toEqual([
      { host: 'here', port: 5 },
      { host: 'here', port: 6 },
      null,
      null,
    ])
  })

  test.each([[[['x', '1', node('a', 1)]]], [['odd']], [[['0', '1', 'odd']]]] as Reply[][])(
    'what has another shape is none: %j',
    (reply) => {
      expect(() => parseClusterSlots(reply, asked)).toThrow(ReplyShapeError)
    },
  )

  test('more nodes than a cluster has are none', () => {
    const ranges = (nodes: number): Reply =>
      Array.from({ length: nodes }, (_, at) => [String(at), String(at), node('a', at + 1)])
    expect(parseClusterSlots(ranges(1_000), asked).primaries).toHaveLength(1_000)
    expect(() => parseClusterSlots(ranges(1_001), asked)).toThrow(ReplyShapeError)
  })

  test('ranges beyond the last slot do no harm', () => {
    const map = parseClusterSlots([['16000', '4000000000', node('a', 1)]], asked)
    expect(map.primaries[0]?.slots).toBe(384)
  })
})

describe('redirections', () => {
  const refusal = (reply: string) =>
    new AppError('REDIS', { prefix: reply.split(' ')[0] ?? '', reply, command: 'XLEN' })
  test.each([
    ['MOVED 3999 127.0.0.1:6381', { kind: 'moved', slot: 3_999, to: { host: '127.0.0.1', port: 6_381 } }],
    ['ASK 1 ::1:6381', { kind: 'ask', slot: 1, to: { host: '::1', port: 6_381 } }],
    ['MOVED 7 :6381', { kind: 'moved', slot: 7, to: { host: 'me', port: 6_381 } }],
    ['TRYAGAIN Multiple keys request during rehashing of slot', { kind: 'try-again' }],
    ['MOVED 3999', null],
    ['MOVED x 127.0.0.1:6381', null],
    ['CLUSTERDOWN Hash slot not served', null],
    ['ERR MOVED 1 a:1', null],
  ])('%s', (reply, meaning) => {
    expect(redirectionIn(refusal(reply), 'me:1')).toEqual(meaning)
  })

  test('no other error is one', () => {
    expect(redirectionIn(new Error('MOVED 1 a:1'), 'me:1')).toBeNull()
    expect(redirectionIn(new AppError('UNKNOWN_OUTCOME', { command: 'XADD', cause: 'lost' }), 'me:1')).toBeNull()
  })
})

test.each([
  ['XADD', ['k', '*', 'a', 'b'], 'k'],
  ['XINFO', ['STREAM', 'k'], 'k'],
  ['XGROUP', ['CREATE', 'k', 'g', '0'], 'k'],
  ['MEMORY', ['USAGE', 'k'], 'k'],
  ['EVAL', ['return 1', 2, 'k', 'other', 'x'], 'k'],
  ['EVALSHA_RO', ['sha', 1, 'k'], 'k'],
  ['EVAL', ['return 1', 0, 'x'], null],
  ['XREAD', ['COUNT', 5, 'BLOCK', 100, 'STREAMS', 'k', '$'], 'k'],
  ['RENAMENX', ['k', 'other'], 'k'],
  ['INFO', ['server'], null],
  ['SCAN', ['0', 'COUNT', 10], null],
  ['TIME', [], null],
])('the key of %s %j', (command, args, key) => {
  expect(commandKey(command, args)?.toString() ?? null).toBe(key)
})

test('a key of any bytes is itself', () => {
  const key = Buffer.from([0, 255, 128])
  expect(commandKey('XLEN', [key])?.equals(key)).toBe(true)
})
