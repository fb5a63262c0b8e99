import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { ownAndNewest } from '../../../helpers/available-servers'
import { openAs } from '../recovery/limited-user'
import { idsFrom, KEY, ofConsumer, onEveryServer, seed, type Sluice } from '../recovery/recovery-kit'

/** What takes entries out of a stream, by whichever way. */
const DELETES = /^(EVAL|XACKDEL|XDEL|XDELEX)$/

const ways: readonly (readonly [string, (sluice: Sluice) => Promise<Job>])[] = [
  [
    'ack and delete',
    (sluice) => sluice.recover(ofConsumer('alice'), { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true }),
  ],
  [
    'delete',
    async ({ api, connectionId, finished }) => {
      const on = { connectionId, key: KEY }
      const selection = { kind: 'ids' as const, ids: [...idsFrom(1, 700)] }
      const { id } = await api.entry.planDelete({ ...on, selection, references: 'KEEPREF' })
      return finished(await api.entry.delete({ ...on, planId: id, backup: true }))
    },
  ],
]

onEveryServer(
  (world) => {
    /** How many bytes of each backup are on the disk for certain: as many as were there when a sync of them began. */
    const synced = new Map<string, number>()
    beforeEach(async () => {
      synced.clear()
      const handle = await open('/dev/null')
      const prototype = Object.getPrototypeOf(handle) as FileHandle
      await handle.close()
      const datasync = prototype.datasync
      vi.spyOn(prototype, 'datasync').mockImplementation(async function (this: FileHandle) {
        const file = readlinkSync(`/proc/self/fd/${this.fd}`)
        const bytes = readFileSync(file).length
        await datasync.call(this)
        synced.set(file, bytes)
      })
    })
    afterEach(() => void vi.restoreAllMocks())

    describe.each([
      ['by script', []],
      ['without scripts', ['-eval']],
    ] as const)('%s', (_how, rules) => {
      test.each(ways)(
        '%s: the bodies are on the disk before the first command that deletes them',
        async (_what, run) => {
          const { direct, proxy } = world
          await seed(direct, { held: { alice: idsFrom(1, 700) } })
          const sluice = rules.length === 0 ? world.sluice : await openAs(world, ...rules)
          const folder = join(sluice.dataDir, 'backups')
          const unsynced: string[] = []
          let deletions = 0
          void proxy.fault(
            ([name = '']) => {
              if (!DELETES.test(name)) return false
              deletions += 1
              for (const file of readdirSync(folder).map((each) => join(folder, each))) {
                const length = readFileSync(file).length
                if (length > (synced.get(file) ?? 0))
                  unsynced.push(`${name}: ${length - (synced.get(file) ?? 0)} bytes`)
              }
              return false
            },
            { kind: 'delay', ms: 0 },
          )
          expect(await run(sluice)).toMatchObject({ state: 'done', counts: { changed: 700 } })
          expect(deletions).toBeGreaterThan(1)
          expect(unsynced).toEqual([])
          if (sluice !== world.sluice) await sluice.stop()
        },
      )
    })
  },
  {},
  ownAndNewest(),
)
