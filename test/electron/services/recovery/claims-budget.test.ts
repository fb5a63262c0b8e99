import { expect, test } from 'vitest'
import { COMMANDS_PER_SECOND } from '../../../../electron/services/monitoring/budget'
import { FOLLOWED } from '../../../../electron/services/recovery/claims/claim-outcome'
import { openJournal } from '../../../../electron/services/journal/journal'
import { claimTo, GROUP, idsFrom, ofConsumer, onEveryServer, openSluice, seed } from './recovery-kit'

const CLAIMS = 25
/** Each would like to look forty times a second. */
const LOOKS = Array.from({ length: 10_000 }, () => 25)
const LOOKING = new Set(['XPENDING', 'XINFO', 'TIME'])
const ENOUGH = 600

onEveryServer((world) => {
  test('claims that are followed at once keep within the budget of their connection, and each is looked at', async () => {
    const { direct, proxy, redis } = world
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const sluice = await openSluice(redis.connection({ endpoint }), null, { claimLooksMs: LOOKS })
    try {
      const keys = Array.from({ length: CLAIMS }, (_, at) => `stream:${at}`)
      for (const key of keys) {
        await seed(direct, { key, held: { dead: idsFrom(1, FOLLOWED + 5), bob: ['99-0'] } })
        await sluice.recover(ofConsumer('dead'), claimTo('bob'), key)
      }
      const begun = performance.now()
      const before = proxy.commands.length
      const looked = (): number => proxy.commands.slice(before).filter((name) => LOOKING.has(name)).length
      await expect.poll(looked, { timeout: 60_000, interval: 20 }).toBeGreaterThan(ENOUGH)
      const seconds = (performance.now() - begun) / 1_000
      // What was under way as it began, and one look beyond the room that there was.
      expect(looked()).toBeLessThan(COMMANDS_PER_SECOND * (seconds + 1) + 2 * FOLLOWED)

      // The first and the last of them.
      const ends = [keys[0] ?? '', keys.at(-1) ?? '']
      for (const key of ends) await direct.xack(key, GROUP, '1-0')
      const seen = async () => {
        const journal = await openJournal(sluice.dataDir)
        const told = ends.map((key) => journal.claimSeen(sluice.connectionId, key, GROUP)?.end)
        await journal.close()
        return told
      }
      await expect.poll(seen, { timeout: 60_000 }).toEqual(['taken', 'taken'])
    } finally {
      await sluice.stop()
    }
  })
})
