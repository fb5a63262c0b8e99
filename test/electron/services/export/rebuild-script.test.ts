import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { nextId } from '../../../../shared/entry-id'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { requireBinary } from '../../../helpers/find-binary'
import { onEachServer } from '../../../helpers/on-each-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { ALL, createExportKit } from './export-kit'

const clients = useSluiceClients()
/** Any bytes; what redis-cli, a shell and a spreadsheet make something of. */
const ODD = ['$(x)`!', '"\\', '\n\r\t', Buffer.from([0, 0xff, 0x80]), 'é😀', '', "'", '\\x41', 'n'.repeat(70_000)]

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let direct: Redis
  useEmptiedServer({ version }, async (server, own) => {
    ;[redis, direct] = [server, own]
  })

  async function pipe(script: string, ...options: readonly string[]): Promise<string> {
    const cli = requireBinary('redis-cli', 'valkey-cli')
    const running = promisify(execFile)(cli, ['-h', redis.host, '-p', String(redis.port), ...options])
    running.child.stdin?.end(script)
    return (await running).stdout
  }
  /** All that tells one stream from another, but for when its consumers were last seen, and how its memory lies. */
  async function pictureOf(key: string | Buffer): Promise<{ picture: unknown; times: readonly number[] }> {
    const hash = createHash('sha256')
    let count = 0
    for (let from: string | null = '-'; from !== null;) {
      const page = (await direct.callBuffer('XRANGE', key, from, '+', 'COUNT', '500')) as [Buffer, Buffer[]][]
      for (const [id, fields] of page) for (const part of [id, ...fields]) hash.update(`${part.length}:`).update(part)
      count += page.length
      const last = page.at(-1)?.[0].toString()
      from = last === undefined ? null : nextId(last)
    }
    const facts = pairs(await direct.call('XINFO', 'STREAM', key))
    const groups = ((await direct.call('XINFO', 'GROUPS', key)) as unknown[]).map(pairs)
    const lists = []
    const times: number[] = []
    for (const { name } of groups) {
      const consumers = ((await direct.call('XINFO', 'CONSUMERS', key, String(name))) as unknown[]).map(pairs)
      const rows = (await direct.call('XPENDING', key, String(name), '-', '+', '10000')) as [
        string,
        string,
        number,
        number,
      ][]
      const now = Number((await direct.time())[0]) * 1_000
      times.push(...rows.map(([, , idle]) => now - idle))
      lists.push({
        consumers: consumers.map((each) => [each['name'], each['pending']]),
        rows: rows.map(([id, owner, , deliveries]) => [id, owner, deliveries]),
      })
    }
    const told = ['length', 'last-generated-id', 'max-deleted-entry-id', 'entries-added', 'groups'].map(
      (name) => facts[name],
    )
    return { picture: { digest: hash.digest('hex'), count, told, groups, lists }, times }
  }
  async function rebuilt(key: string, options: readonly string[] = []): Promise<void> {
    const before = await pictureOf(key)
    const kit = createExportKit({ client: await clients.open(redis) })
    const exported = await kit.run({ ...ALL, groups: 'pending' }, { format: 'redis-cli' }, key)
    expect(exported.last).toMatchObject({ kind: 'end', removed: 0 })
    await direct.del(key)
    const told = await pipe(exported.text ?? '', ...options)
    expect(told).not.toMatch(/^(?:ERR|WRONG|BUSY|NOGROUP|Invalid)/m)
    const after = await pictureOf(key)
    expect(after.picture).toEqual(before.picture)
    // When each was last delivered, as exactly as two looks at a clock tell.
    const offBy = after.times.map((at, nth) => Math.abs(at - (before.times[nth] ?? 0)))
    expect(Math.max(0, ...offBy)).toBeLessThan(5_000)
  }

  test('a script makes the same stream: entries, counters, groups, what is pending, also of what is gone', async () => {
    const key = 'orders "1" $x'
    const line = direct.pipeline()
    for (let n = 1; n <= 1_500; n += 1) line.xadd(key, `${n}-${n % 3}`, 'n', n, 'odd', ODD[n % 8] ?? '', 'n', 'again')
    for (const odd of ODD) line.xadd(key, '*', odd, odd)
    await line.exec()
    await direct.xgroup('CREATE', key, 'billing', '0')
    await direct.xgroup('CREATE', key, 'idle "group"', '0')
    await direct.xgroup('CREATE', key, 'at the end', '$')
    await direct.xreadgroup('GROUP', 'billing', 'ann', 'COUNT', 1_200, 'STREAMS', key, '>')
    await direct.xreadgroup('GROUP', 'idle "group"', 'bob', 'COUNT', 90, 'STREAMS', key, '>')
    await direct.call(
      'XCLAIM',
      key,
      'billing',
      'carl "c"',
      0,
      '10-1',
      '11-2',
      '700-1',
      'TIME',
      1_700_000_000_000,
      'RETRYCOUNT',
      7,
      'JUSTID',
    )
    await direct.xack(key, 'billing', '12-0', '13-1', '900-0')
    // Gone from its beginning, from between, and the last of it.
    await direct.call('XTRIM', key, 'MAXLEN', '=', 1_400)
    await direct.xdel(key, '700-1', '701-2', '1100-2', '1500-0')
    await rebuilt(key)
  }, 60_000)

  test('also of one without entries, and one that was only trimmed', async () => {
    await direct.xgroup('CREATE', 'empty', 'none', '0', 'MKSTREAM')
    await rebuilt('empty')
    for (let n = 1; n <= 5; n += 1) await direct.xadd('spent', `${n}-0`, 'n', n)
    await direct.xgroup('CREATE', 'spent', 'g', '0')
    await direct.xreadgroup('GROUP', 'g', 'c', 'COUNT', 3, 'STREAMS', 'spent', '>')
    await direct.xtrim('spent', 'MAXLEN', 0)
    await rebuilt('spent')
    for (let n = 1; n <= 5; n += 1) await direct.xadd('piped', `${n}-0`, 'n', n, 'odd', ODD[n] ?? '')
    await direct.xgroup('CREATE', 'piped', 'g', '0')
    await direct.xreadgroup('GROUP', 'g', 'c', 'COUNT', 3, 'STREAMS', 'piped', '>')
    await direct.xtrim('piped', 'MINID', '2-0')
    await rebuilt('piped', ['--pipe'])
  })
})

function pairs(reply: unknown): Record<string, unknown> {
  const list = reply as unknown[]
  const found: Record<string, unknown> = {}
  for (let at = 0; at + 1 < list.length; at += 2) found[String(list[at])] = list[at + 1]
  return found
}
