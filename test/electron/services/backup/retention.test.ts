import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { handle, numbered, tweets } from '../recovery/hash-kit'
import { counts, ofAll, pendingOf, seed, idsFrom } from '../recovery/recovery-kit'
import { useOneServer } from '../restore/one-server'
import { backupPaths, rebuild, trimTo } from '../restore/restore-kit'

const world = useOneServer()
const YEAR_MS = 366 * 86_400_000

const hashFiles = (): readonly string[] => {
  const folder = join(world.sluice.dataDir, 'hashes')
  return readdirSync(folder).map((name) => join(folder, name))
}
const usage = () => world.sluice.api.restore.backupUsage()
/** All that there is, whenever it was saved. */
const removeAll = () => world.sluice.api.restore.removeBackups({ changedBefore: Date.now() + YEAR_MS })
function grownOld(files: readonly string[]): void {
  const then = (Date.now() - YEAR_MS) / 1_000
  for (const file of files) utimesSync(file, then, then)
}
/** A start of another process on the directory, which looks at once. */
const startedAnew = () => world.sluice.restart()

describe('what hashes held', () => {
  test('stays for as long as the undo that needs it is offered, and goes after it', async () => {
    const { direct, sluice } = world
    await tweets(direct, numbered(3))
    await direct.hset('tweet:t1', 'text', 'before')
    const before = await pendingOf(direct)
    const job = await sluice.recover(ofAll(), handle())
    expect(await usage()).toMatchObject({ files: 1, needed: { files: 1 } })
    grownOld(hashFiles())
    await sluice.api.host.saveSettings({ keepBackupsDays: 30 })
    await startedAnew()
    expect(await removeAll()).toEqual({ files: 0, bytes: 0 })
    expect(await sluice.undo(job)).toMatchObject({
      state: 'done',
      counts: counts({ changed: 3, hashesBack: 3, hashesLeft: 0 }),
    })
    expect([await pendingOf(direct), await direct.hget('tweet:t1', 'text')]).toEqual([before, 'before'])
    expect(await usage()).toMatchObject({ files: 1, needed: { files: 0 } })
    expect(await removeAll()).toMatchObject({ files: 1 })
    expect(hashFiles()).toEqual([])
  })
})

describe('backups', () => {
  async function trimmed(): Promise<string> {
    await seed(world.direct, { held: { ann: idsFrom(1, 20) } })
    return trimTo(world.sluice, 10)
  }

  test('are removed once they are too old, and nobody’s undo needs them; not before', async () => {
    const { sluice } = world
    const file = await trimmed()
    const made = await rebuild(sluice, file)
    await sluice.api.host.saveSettings({ keepBackupsDays: 30 })
    grownOld(backupPaths(sluice))
    expect(await usage()).toMatchObject({ files: 1, needed: { files: 1 } })
    await startedAnew()
    expect(await removeAll()).toEqual({ files: 0, bytes: 0 })
    expect(await sluice.undo(made)).toMatchObject({ state: 'done' })
    await startedAnew()
    await expect.poll(() => backupPaths(sluice)).toEqual([])
    await expect.poll(() => readdirSync(join(sluice.dataDir, 'backups-went'))).toEqual([])
    expect(await usage()).toMatchObject({ files: 0, bytes: 0, oldestAt: null })
  })

  test('are looked at once an hour only, by whichever process', async () => {
    const { sluice } = world
    await trimmed()
    await sluice.api.host.saveSettings({ keepBackupsDays: 30 })
    grownOld(backupPaths(sluice))
    writeFileSync(join(sluice.dataDir, 'retention.json'), JSON.stringify({ sweptAt: Date.now() - 60_000 }))
    await startedAnew()
    // What closes it waits for what was begun.
    await startedAnew()
    expect(backupPaths(sluice)).toHaveLength(1)
    writeFileSync(join(sluice.dataDir, 'retention.json'), 'no JSON')
    await startedAnew()
    await startedAnew()
    expect(backupPaths(sluice)).toEqual([])
  })

  test('of the last week stay by themselves, and go by hand only up to what was shown', async () => {
    const { sluice } = world
    await trimmed()
    await sluice.api.host.saveSettings({ keepBackupsDays: 1, keepBackupsMiB: 1 })
    await startedAnew()
    const { files, oldestAt } = await usage()
    expect(files).toBe(1)
    expect(await sluice.api.restore.removeBackups({ changedBefore: oldestAt ?? 0 })).toEqual({ files: 0, bytes: 0 })
    expect(await removeAll()).toMatchObject({ files: 1 })
  })

  test('go, and no file beside them that Sluice did not write', async () => {
    const { sluice } = world
    await trimmed()
    const mine = join(sluice.dataDir, 'backups', 'notes.txt')
    writeFileSync(mine, 'not a backup')
    await removeAll()
    expect(backupPaths(sluice)).toEqual([mine])
  })
})
