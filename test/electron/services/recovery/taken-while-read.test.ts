import { expect, test } from 'vitest'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { claimGivenBackFrom } from '../../../../electron/services/recovery/undo/give-back'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { GROUP, KEY, onEveryServer, seed, serverTime } from './recovery-kit'

/** Some milliseconds' worth of commands. */
const BUSY = Array.from({ length: 10_000 }, () => ['XLEN', KEY] as const)

onEveryServer((world) => {
  const clients = useSluiceClients()

  /** Whose first reading takes the server so long that it is not clear, and calls for another; `between` comes before that one. */
  function unclearAtFirst(reader: Reader, between: () => Promise<unknown>): Reader {
    let readings = 0
    return {
      call: (...line) => reader.call(...line),
      async pipeline(lines) {
        readings += 1
        if (readings > 1) return reader.pipeline(lines)
        const told = await reader.pipeline([...lines.slice(0, -1), ...BUSY, ...lines.slice(-1)])
        await between()
        return [...told.slice(0, lines.length - 1), ...told.slice(-1)]
      },
    }
  }

  async function foundWith(between: (heldSince: number) => Promise<unknown>) {
    await seed(world.direct, { held: { bob: ['1-0'] } })
    const heldSince = (await serverTime(world.direct)) - 60_000
    await world.direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '1-0', 'TIME', heldSince, 'RETRYCOUNT', 3, 'JUSTID')
    const reader = unclearAtFirst((await clients.open(world.redis)).reader, () => between(heldSince))
    const source = { reader, key: Buffer.from(KEY), group: Buffer.from(GROUP) }
    const prior = { id: '1-0', consumer: 'dead', deliveries: 3, deliveredAt: heldSince }
    const batch = {
      at: heldSince,
      until: heldSince,
      changed: [prior],
      to: 'bob',
      copies: new Map(),
      unsure: new Set<string>(),
    }
    const { returns, left } = await claimGivenBackFrom((before) => before).find(source, batch)
    return { returned: returns.map(({ row }) => [row.id, String(row.consumer)]), left }
  }

  test('what an undo of a claim finds is still with whom it was claimed for', async () => {
    expect(await foundWith(() => Promise.resolve())).toEqual({ returned: [['1-0', 'bob']], left: [] })
  })

  test('what somebody takes while it is read, with its time and count, is not given back from him', async () => {
    const taken = (heldSince: number) =>
      world.direct.call('XCLAIM', KEY, GROUP, 'eve', 0, '1-0', 'TIME', heldSince, 'RETRYCOUNT', 3, 'JUSTID')
    expect(await foundWith(taken)).toEqual({ returned: [], left: ['1-0'] })
  })
})
