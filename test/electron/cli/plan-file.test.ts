import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { idsFrom, pendingOf, seed } from '../services/recovery/recovery-kit'
import { useCli } from './cli-kit'

const HOUR = 3_600_000
const byIds = idsFrom(1, 5).flatMap((id) => ['--id', id])
const WAYS: readonly (readonly [string, readonly string[]])[] = [
  ['by their ids', byIds],
  ['of one consumer', ['--from', 'alice']],
  ['all that match', ['--all']],
]

describe('a plan in a file is of the server, the stream and the entries that it showed', () => {
  const kit = useCli({ config: ['appendonly yes'] })
  const file = (): string => join(kit.dataDir, 'move.plan')
  const held = async () => (await pendingOf(kit.direct)).map(([id]) => id)
  const run = (...more: string[]) => kit.cli(['run', file(), '--yes', ...more])
  async function plan(which: readonly string[], body = 'one') {
    await fill(body)
    expect(await kit.cli(['plan', 'ack', 'orders', 'billing', ...which, '-o', file()])).toMatchObject({ code: 0 })
  }
  /** At the same ids, with the same holder, as idle. */
  async function fill(body: string) {
    for (const id of idsFrom(1, 5)) await kit.direct.xadd('orders', id, 'n', body)
    await kit.direct.xgroup('CREATE', 'orders', 'billing', '0')
    await kit.direct.xreadgroup('GROUP', 'billing', 'alice', 'STREAMS', 'orders', '>')
    await kit.direct.call('XCLAIM', 'orders', 'billing', 'alice', 0, ...idsFrom(1, 5), 'IDLE', HOUR, 'JUSTID')
  }
  async function startAnew() {
    await kit.redis.restart({ keepData: true })
    await expect.poll(() => kit.direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
  }

  it.each(WAYS)('%s: what another was given since, with its idle time kept, is left alone', async (_how, which) => {
    await plan(which)
    await kit.direct.call('XCLAIM', 'orders', 'billing', 'carol', 0, '3-0', 'IDLE', 2 * HOUR, 'JUSTID')
    expect(await run()).toMatchObject({ code: 0 })
    expect(await held()).toEqual(['3-0'])
  })

  it('what was delivered to the same consumer once more, with its idle time set, is left alone', async () => {
    await plan(['--all'])
    await kit.direct.call('XCLAIM', 'orders', 'billing', 'alice', 0, '3-0', 'IDLE', 2 * HOUR)
    expect(await run()).toMatchObject({ code: 0 })
    expect(await held()).toEqual(['3-0'])
  })

  it('what came to the consumer instead of what is gone is left alone', async () => {
    await seed(kit.direct, { held: { alice: idsFrom(1, 5), bob: idsFrom(6, 1) }, idleMs: HOUR })
    await kit.cli(['plan', 'ack', 'orders', 'billing', '--from', 'alice', '-o', file()])
    await kit.direct.xack('orders', 'billing', '1-0')
    await kit.direct.call('XCLAIM', 'orders', 'billing', 'alice', 0, '6-0', 'IDLE', 2 * HOUR, 'JUSTID')
    expect(await run()).toMatchObject({ code: 0 })
    expect(await held()).toEqual(['6-0'])
  })

  it('a stream that was made anew at the same ids is refused', async () => {
    await plan(byIds)
    await kit.direct.del('orders')
    await fill('another')
    expect(await run()).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/is another one than it was/) as string,
    })
    expect(await held()).toHaveLength(5)
  })

  it('a server that was started anew with its data is asked nothing', async () => {
    await plan(byIds)
    await startAnew()
    expect(await run()).toMatchObject({ code: 0 })
    expect(await held()).toEqual([])
  })

  it('a group that is behind where it stood is asked about, and run once that is accepted', async () => {
    await plan(['--all'])
    await kit.direct.xgroup('SETID', 'orders', 'billing', '2-0')
    const code = 'identity.group-behind'
    const words = /--accept identity\.group-behind/
    expect(await run()).toMatchObject({ code: 4, stderr: expect.stringMatching(words) as string })
    expect(await held()).toHaveLength(5)
    expect(await run('--accept', code)).toMatchObject({ code: 0 })
    expect(await held()).toEqual([])
  })

  it('of the form before, which keeps nothing of it, is refused', async () => {
    await plan(byIds)
    const { kept: _kept, ...rest } = JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>
    writeFileSync(file(), JSON.stringify({ ...rest, version: 3 }))
    expect(await run()).toMatchObject({ code: 4, stderr: expect.stringMatching(/make the plan again/) as string })
    expect(await held()).toHaveLength(5)
  })
})

describe('a plan in a file, of a server that keeps nothing', () => {
  const kit = useCli()
  it('another one at the same port, with other bodies at the same ids, is refused', async () => {
    const file = join(kit.dataDir, 'move.plan')
    await seed(kit.direct, { held: { alice: idsFrom(1, 5) }, idleMs: HOUR })
    await kit.cli(['plan', 'ack', 'orders', 'billing', ...byIds, '-o', file])
    await kit.redis.restart()
    await expect.poll(() => kit.direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
    await kit.direct.flushall()
    for (const id of idsFrom(1, 5)) await kit.direct.xadd('orders', id, 'n', 'another')
    await kit.direct.xgroup('CREATE', 'orders', 'billing', '0')
    await kit.direct.xreadgroup('GROUP', 'billing', 'alice', 'STREAMS', 'orders', '>')
    await kit.direct.call('XCLAIM', 'orders', 'billing', 'alice', 0, ...idsFrom(1, 5), 'IDLE', HOUR, 'JUSTID')
    expect(await kit.cli(['run', file, '--yes'])).toMatchObject({ code: 4 })
    expect(await pendingOf(kit.direct)).toHaveLength(5)
  })
})
