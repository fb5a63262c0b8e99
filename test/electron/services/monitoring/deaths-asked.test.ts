import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { createLooker, type Looker } from '../../../../electron/services/inspection/look'
import { createDeaths, type Deaths } from '../../../../electron/services/monitoring/deaths'
import { groupKey } from '../../../../shared/group-key'
import type { LookedGroup } from '../../../../electron/redis/stream-look'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { onEachServer } from '../../../helpers/on-each-server'
import { serverClock } from '../../../helpers/server-clock'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const ID = groupKey('jobs', 'g')
const MINUTE = 60_000

// What real servers tell of pending entries; how long their consumers have been silent is as it is given here.
onEachServer('what silent consumers held, asked of %s', (version) => {
  let direct: Redis
  let looker: Looker
  let deaths: Deaths
  let nowMs: number
  useEmptiedServer({ version }, async (server, own) => {
    direct = own
    looker = createLooker((await clients.open(server)).reader)
    nowMs = 60 * MINUTE
    deaths = createDeaths(() => nowMs)
    for (let n = 1; n <= 8; n += 1) await direct.xadd('jobs', `${n}-0`, 'n', n)
    await direct.xgroup('CREATE', 'jobs', 'g', '0')
  })

  const read = (consumer: string, count: number) =>
    direct.xreadgroup('GROUP', 'g', consumer, 'COUNT', count, 'STREAMS', 'jobs', '>')
  /** As idle as if it had been given so long ago. */
  const since = (consumer: string, idleMs: number, ...ids: readonly string[]) =>
    direct.call('XCLAIM', 'jobs', 'g', consumer, 0, ...ids, 'IDLE', idleMs, 'JUSTID')
  async function silent(...consumers: readonly (readonly [string, number, number])[]): Promise<void> {
    const consumerList = consumers.map(([name, pending, idleMs]) => {
      return { name: Buffer.from(name), pending, idleMs, inactiveMs: idleMs, oldestIdleMs: idleMs }
    })
    const pending = consumers.reduce((sum, [, held]) => sum + held, 0)
    const group: LookedGroup = {
      ...{ name: Buffer.from('g'), consumers: consumers.length, pending, lastDeliveredId: '8-0', entriesRead: 8 },
      ...{ lag: 0, unread: null, oldest: null, consumerList, crowd: null },
    }
    deaths.note('jobs', group, { atMs: await serverClock(direct), run: 1 }, MINUTE)
  }
  async function askAll(): Promise<void> {
    for (let asked = deaths.start(() => looker); asked; asked = deaths.start(() => looker)) await asked
  }
  const idsOf = (): readonly unknown[] => deaths.of(ID).fallen.map(({ entries }) => entries?.map(({ id }) => id))

  it('is what was delivered before they fell silent, and when that was read', async () => {
    await read('w', 3)
    await since('w', 10 * MINUTE, '1-0', '2-0')
    // The third one was given to it since.
    await silent(['w', 3, 2 * MINUTE])
    const before = await serverClock(direct)
    await askAll()
    expect(idsOf()).toEqual([['1-0', '2-0']])
    expect(deaths.of(ID).fallen[0]?.entriesAtMs).toBeGreaterThanOrEqual(before)
  })

  it('a suspect is one as long as it is pending, and others stay', async () => {
    await read('a', 2)
    await since('a', 20 * MINUTE, '1-0', '2-0')
    await silent(['a', 2, 15 * MINUTE])
    await askAll()
    await read('b', 1)
    await since('b', 10 * MINUTE, '1-0', '2-0', '3-0')
    await silent(['a', 0, 15 * MINUTE], ['b', 3, 5 * MINUTE])
    await askAll()
    const suspects = () => deaths.of(ID).suspects
    expect(suspects()).toMatchObject([
      { id: '1-0', consumers: ['b', 'a'] },
      { id: '2-0', consumers: ['b', 'a'] },
    ])
    await direct.xack('jobs', 'g', '1-0')
    nowMs += MINUTE
    await askAll()
    expect(suspects()).toMatchObject([{ id: '2-0', consumers: ['b', 'a'] }])
    expect(idsOf()).toEqual([['2-0', '3-0'], ['2-0']])
    await direct.xack('jobs', 'g', '2-0')
    nowMs += MINUTE
    await askAll()
    expect(suspects()).toEqual([])
  })

  it('is asked of a group that is no more once', async () => {
    await read('a', 2)
    await silent(['a', 1, 3 * MINUTE], ['b', 1, 2 * MINUTE])
    await direct.xgroup('DESTROY', 'jobs', 'g')
    await expect(deaths.start(() => looker)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect([deaths.isWaiting(), deaths.start(() => looker), deaths.of(ID).fallen]).toEqual([false, null, []])
  })
})
