import { expect, test } from 'vitest'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { triageRows } from '../../../../shared/judgement/triage-row'
import { openAs } from '../recovery/limited-user'
import {
  counts,
  GROUP,
  heldBy,
  idsFrom,
  KEY,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  sentSoFar,
  serverTime,
  type Sluice,
} from '../recovery/recovery-kit'

const HOUR_MS = 3_600_000

/** What a page asks of a stream, all at once. */
async function looked({ api, connectionId }: Sluice) {
  const subject = { connectionId, key: KEY, group: GROUP }
  const [[summary], groups, consumers, pending] = await Promise.all([
    api.stream.summaries({ connectionId, keys: [KEY] }),
    api.group.list({ connectionId, key: KEY, countLag: true }),
    api.group.consumers(subject),
    api.pending.page({ ...subject, count: 10, bodies: true }),
  ])
  return { summary, groups, consumers, pending }
}

/** TIME may be denied as any command may; INFO tells the same clock (server_time_usec). */
onEveryServer((world) => {
  test('a user without TIME sees all that others see, by the same clock, and TIME is asked for once', async () => {
    const { direct, sluice, proxy } = world
    await seed(direct, { held: { alice: idsFrom(1, 5), bob: ['9-0'] }, idleMs: HOUR_MS })
    const limited = await openAs(world, '-time')
    const all = await looked(sluice)
    const own = await looked(limited)
    const after = await serverTime(direct)
    expect(own.groups).toEqual(all.groups)
    expect(own.consumers.map(({ name, health }) => [name, health])).toEqual(
      all.consumers.map(({ name, health }) => [name, health]),
    )
    // INFO tells the clock as of the server's last turn.
    expect(own.summary?.atMs).toBeGreaterThanOrEqual((all.summary?.atMs ?? Infinity) - 1_000)
    expect(own.summary?.atMs).toBeLessThanOrEqual(after)
    const before = sentSoFar(proxy, 'TIME')
    await looked(limited)
    expect(sentSoFar(proxy, 'TIME')).toBe(before)
    await limited.stop()
  })

  test('and claims, acks and undoes as others do', async () => {
    const { direct } = world
    await seed(direct, { held: { alice: idsFrom(1, 5), bob: ['9-0'] }, idleMs: HOUR_MS })
    const before = await pendingOf(direct)
    const sluice = await openAs(world, '-time')
    for (const action of [{ kind: 'claim', to: 'bob', includeGone: false }, { kind: 'ack' }] as const) {
      const job = await sluice.recover(ofConsumer('alice'), action)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
      expect(await heldBy(direct, 'alice')).toEqual([])
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 5 }) })
      expect(await pendingOf(direct)).toEqual(before)
    }
    await sluice.stop()
  })

  test('where neither tells the clock, figures are told all the same, and that it is not known how long anything waits', async () => {
    const { direct, proxy } = world
    await seed(direct, { held: { alice: idsFrom(1, 5), bob: ['9-0'] }, idleMs: HOUR_MS })
    const sluice = await openAs(world, '-time', '-info')
    const { summary, groups, consumers } = await looked(sluice)
    expect(summary).toMatchObject({ error: null, atMs: null, groups: [{ pending: 6 }] })
    expect(triageRows(summary!, defaultThresholds)[0]?.waiting.ms ?? 0).toBe(0)
    expect([groups.length, consumers.map(({ pending }) => pending)]).toEqual([1, [5, 1]])
    const before = [sentSoFar(proxy, 'TIME'), sentSoFar(proxy, 'INFO')]
    await sluice.api.stream.summaries({ connectionId: sluice.connectionId, keys: [KEY] })
    expect([sentSoFar(proxy, 'TIME'), sentSoFar(proxy, 'INFO')]).toEqual(before)
    await sluice.stop()
  })

  test('where neither tells the clock, what needs it says which command is missing, and nothing is changed', async () => {
    const { direct } = world
    await seed(direct, { held: { alice: idsFrom(1, 5), bob: ['9-0'] }, idleMs: HOUR_MS })
    const before = await pendingOf(direct)
    const sluice = await openAs(world, '-time', '-info')
    const refused = sluice.plan(ofConsumer('alice'), { kind: 'ack' })
    await expect(refused).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'NOPERM', command: 'TIME' } })
    expect(await pendingOf(direct)).toEqual(before)
    await sluice.stop()
  })
})
