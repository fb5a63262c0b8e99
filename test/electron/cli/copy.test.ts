import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Redis } from 'ioredis'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useCli } from './cli-kit'

const kit = useCli()
let other: TestRedis
let there: Redis
beforeAll(async () => {
  other = await startRedis({})
  there = other.client()
})
afterAll(() => other.stop())
beforeEach(() => there.flushall())

const saveOther = (changes = {}) => kit.save({ ...other.connection(), name: 'staging', ...changes })
async function fill(count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) await kit.direct.xadd('orders', `${n}-0`, 'n', String(n))
}
const idsIn = async (client: Redis, key: string) => (await client.xrange(key, '-', '+')).map(([id]) => id)

describe('sluice copy', () => {
  it('shows, asks, copies a range of a search, and takes it back', async () => {
    await fill(9)
    await kit.direct.xgroup('CREATE', 'copies', 'billing', '$', 'MKSTREAM')
    const asked = ['copy', 'orders', 'copies', '--since', '3-0', '--until', '8-0', '--find', 'n>4']
    const no = await kit.cli(asked, { columns: 100, answers: ['n'] })
    expect([no.code, no.stdout]).toEqual([4, expect.stringContaining('Adds 4 entries (8 B) to the end of copies')])
    expect(no.stdout).toContain('all of them, as new: billing.')
    expect(await kit.direct.xlen('copies')).toBe(0)
    const [plan, job] = await kit.json([...asked, '--yes', '--json'])
    expect(plan).toMatchObject({ what: 'copy-plan', entries: 4, firstId: '5-0', lastId: '8-0', groups: ['billing'] })
    expect(job).toMatchObject({ what: 'job', kind: 'copy', state: 'done', counts: { changed: 4 } })
    const [record] = await kit.json(['journal', '--json'])
    expect((await kit.cli(['undo', String(record?.id), '--yes'])).code).toBe(0)
    expect(await kit.direct.xlen('copies')).toBe(0)
  })

  it('copies to another server by their ids, and is refused in words where they can’t be kept', async () => {
    await fill(5)
    await saveOther()
    const asked = ['copy', 'orders', 'orders', '--to-connection', 'staging', '--ids', 'keep', '--yes']
    expect((await kit.cli(asked)).code).toBe(0)
    expect(await idsIn(there, 'orders')).toEqual(await idsIn(kit.direct, 'orders'))
    const again = await kit.cli(asked)
    expect(again.code).not.toBe(0)
    expect(again.stderr).toContain('the target has given out ids up to 5-0')
    expect(await there.xlen('orders')).toBe(5)
  })

  it('asks for the name of the stream in production, and changes nothing read-only', async () => {
    await fill(2)
    await saveOther({ environment: 'prod' })
    const asked = ['copy', 'orders', 'orders', '--to-connection', 'staging']
    expect((await kit.cli([...asked, '--yes'])).code).not.toBe(0)
    expect(await there.exists('orders')).toBe(0)
    expect((await kit.cli([...asked, '--confirm', 'orders'])).code).toBe(0)
    await saveOther({ environment: 'dev', readOnly: true })
    expect((await kit.cli([...asked, '--yes'])).code).not.toBe(0)
    expect(await there.xlen('orders')).toBe(2)
  })

  it('keeps a pace, and refuses one that ids don’t tell', async () => {
    await fill(2)
    const counted = await kit.cli(['copy', 'orders', 'copies', '--pace', '1', '--yes'])
    expect([counted.code === 0, counted.stderr]).toEqual([false, expect.stringContaining('holds no time')])
    for (const at of [0, 100, 7_200_000]) await kit.direct.xadd('timed', `${1_700_000_000_000 + at}-0`, 'n', '1')
    const asked = ['copy', 'timed', 'copies', '--pace', '10', '--max-gap', '5ms', '--json', '--yes']
    expect((await kit.json(asked))[0]).toMatchObject({ takesMs: 10, blocked: null })
    expect(await kit.direct.xlen('copies')).toBe(3)
  })

  it.each([
    [['copy'], 'name the STREAM and the TARGET'],
    [['copy', 'orders'], 'name the STREAM and the TARGET'],
    [['copy', 'orders', 'copies', '--pace', 'slow'], '--pace'],
    [['copy', 'orders', 'copies', '--max-gap', '5s'], '--pace fast'],
    [['copy', 'orders', 'copies', '--resume', 'abc'], 'no streams are named'],
    [['copy', '--resume', 'abc', '--find', 'x'], '--resume'],
    [['copy', 'orders', 'copies', '--to-connection', 'nobody'], 'nobody'],
  ])('%j is refused before anything is done', async (words, why) => {
    await fill(1)
    const { code, stderr } = await kit.cli([...words, '--yes'])
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)])
    expect(await kit.direct.exists('copies')).toBe(0)
  })

  it('goes on with one that was stopped, from another server too', async () => {
    for (const at of [0, 1, 3_600_000]) await kit.direct.xadd('orders', `${1_700_000_000_000 + at}-0`, 'n', '1')
    await saveOther()
    await kit.save({ ...kit.redis.connection(), name: 'source' })
    const asked = ['copy', 'orders', 'orders', '--connection', 'source', '--to-connection', 'staging', '--pace', '1']
    const child = kit.start([...asked, '--yes'], { nowhere: true })
    await expect.poll(() => there.xlen('orders')).toBe(2)
    child.kill('SIGINT')
    await kit.ended(child)
    const [record] = await kit.json(['journal', '--json'], { nowhere: true })
    expect(record).toMatchObject({ action: 'copy', state: 'cancelled', counts: { changed: 2 } })
    const rest = await kit.cli(['copy', '--resume', String(record?.id), '--yes'], { nowhere: true })
    expect([rest.code, rest.stderr]).toEqual([0, expect.any(String)])
    expect(await there.xlen('orders')).toBe(3)
  })
})
