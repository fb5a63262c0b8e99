import type { Redis } from 'ioredis'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { compareEntry } from '../../../../electron/services/inspection/compare-entry'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { onEachServer } from '../../../helpers/on-each-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const SOURCE = { key: Buffer.from('orders'), group: Buffer.from('billing') }

onEachServer('a failing entry beside those that passed, on %s', (version) => {
  let direct: Redis
  let reader: Reader
  useEmptiedServer({ version }, async (server, own) => {
    direct = own
    reader = (await clients.open(server)).reader
  })
  const body = (n: number): readonly string[] => ['items', `[{"sku":"A${1_000 + n}"}]`, 'currency', 'EUR']
  interface Filling {
    readonly count: number
    readonly fields?: (n: number) => readonly (string | Buffer)[]
    /** How many are delivered, and which of those are acked. */
    readonly read?: number
    readonly acked?: (n: number) => boolean
  }
  async function fill({ count, fields = body, read = count, acked = () => true }: Filling): Promise<void> {
    const line = direct.pipeline()
    for (let n = 1; n <= count; n += 1) line.xadd('orders', `${n}-0`, ...fields(n))
    line.xgroup('CREATE', 'orders', 'billing', '0')
    line.xreadgroup('GROUP', 'billing', 'worker', 'COUNT', read, 'STREAMS', 'orders', '>')
    const done = Array.from({ length: read }, (_, at) => at + 1).filter(acked)
    if (done.length > 0) line.xack('orders', 'billing', ...done.map((n) => `${n}-0`))
    for (const [error] of (await line.exec()) ?? []) expect(error).toBeNull()
  }
  const compare = (id: string) => compareEntry({ ...SOURCE, reader }, id, null)

  it('tells what sets it apart from the nearest hundred, and how often it was delivered', async () => {
    const fields = (n: number) => (n === 150 ? ['items', '[{"sku":"A1'] : body(n))
    await fill({ count: 300, fields, acked: (n) => n !== 150 })
    await direct.xclaim('orders', 'billing', 'other', 0, '150-0', 'RETRYCOUNT', 7, 'JUSTID')
    expect(await compare('150-0')).toEqual({
      ...{ id: '150-0', deliveries: 7, passed: 100, isTooFew: false, more: 0, isPartly: false },
      differences: [
        { kind: 'broken', field: 'items', format: 'json', at: 11, size: 11, same: 100, of: 100 },
        { kind: 'missing', field: 'currency', path: [], same: 100, of: 100 },
      ],
    })
    expect(await compare('151-0')).toMatchObject({ deliveries: null, differences: [] })
  })

  it('takes for passed what is not pending and lies before where the group stands, on both sides', async () => {
    // Of the others only those that are neither pending nor unread have the field.
    const done = (n: number) => n % 4 === 0
    const fields = (n: number) => (n <= 200 && done(n) ? [...body(n), 'ok', '1'] : body(n))
    await fill({ count: 400, fields, read: 200, acked: done })
    const { passed, differences } = await compare('99-0')
    expect([passed, differences]).toEqual([50, [{ kind: 'missing', field: 'ok', path: [], same: 50, of: 50 }]])
    // Nothing behind it was read: all are before it.
    expect(await compare('200-0')).toMatchObject({ passed: 49 })
    expect(await compare('1-0')).toMatchObject({ passed: 50 })
  })

  it('says when too few have passed', async () => {
    await fill({ count: 30, acked: (n) => n < 4 })
    expect(await compare('10-0')).toMatchObject({ passed: 3, isTooFew: true, differences: [] })
  })

  it('reads no more than some megabytes, and ends where nearly all is pending', async () => {
    const fields = (n: number) => ['n', String(n), 'blob', 'x'.repeat(n === 20 ? 10 : 400_000)]
    await fill({ count: 40, fields, acked: (n) => n !== 20 })
    const { passed, isPartly } = await compare('20-0')
    expect(isPartly).toBe(true)
    expect(passed).toBeGreaterThan(8)
    expect(passed).toBeLessThan(16)
  })

  it('passes over what is gone from the stream and still pending', async () => {
    await fill({ count: 60, acked: (n) => n % 2 === 0 })
    for (let n = 31; n < 50; n += 2) await direct.xdel('orders', `${n}-0`)
    expect(await compare('15-0')).toMatchObject({ passed: 30, differences: [] })
  })

  it('any bytes', async () => {
    const odd = Buffer.from([0xff, 0xfe, 0x00, 0x01, 0x80])
    const fields = (n: number) => [Buffer.from([0xff, 0x01]), n === 15 ? 'plain' : odd]
    await fill({ count: 30, fields, acked: (n) => n !== 15 })
    expect((await compare('15-0')).differences).toEqual([
      { kind: 'form', field: { base64: '/wE=' }, is: 'text', usual: 'bytes', same: 29, of: 29 },
    ])
  })

  describe('what is not there', () => {
    beforeEach(async () => fill({ count: 20 }))
    it.each([
      ['the entry', '99-0', {}, 'entry'],
      ['the group', '1-0', { group: Buffer.from('nobody') }, 'group'],
      ['the stream', '1-0', { key: Buffer.from('gone') }, 'stream'],
    ] as const)('%s', async (_what, id, source, what) => {
      await expect(compareEntry({ ...SOURCE, ...source, reader }, id, null)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        data: { what },
      })
    })
  })
})
