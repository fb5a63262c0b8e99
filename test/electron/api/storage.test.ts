import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { planClaim, planDelete, planTrim, seedStream, useBackend } from './backend-kit'
import { asNobody } from '../../helpers/as-nobody'
import { telling } from '../../helpers/saying'

// The journal's folder is a file: what is to be written is refused by the disk, for whatever user. Nothing may be sent.
const kit = useBackend()
const KEY = 'orders'
let connectionId: string
beforeEach(async () => {
  await seedStream(kit.direct, KEY)
  connectionId = await kit.connect()
})

const folder = () => join(kit.dataDir, 'journal')
function breakDisk(): void {
  rmSync(folder(), { recursive: true, force: true })
  writeFileSync(folder(), '')
}
function mendDisk(): void {
  rmSync(folder())
}
const fields: [string, string][] = [['a', 'b']]

/** Each is made ready on a disk that is well, and gives what then changes something. */
const mutations: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
  'entry.add': async () => () => kit.api.entry.add({ connectionId, key: KEY, id: '*', fields, create: false }),
  'group.create': async () => () =>
    kit.api.group.create({ connectionId, key: KEY, group: 'new', start: '$', mkstream: false }),
  'recovery.run': async () => {
    const { id: planId } = await planClaim(kit.api, connectionId, KEY)
    return () => kit.api.recovery.run({ connectionId, planId })
  },
  'recovery.undo': async () => {
    const { id: planId } = await planClaim(kit.api, connectionId, KEY)
    const job = await kit.finished(await kit.api.recovery.run({ connectionId, planId }))
    return () => kit.api.recovery.undo({ connectionId, recordId: job.recordId })
  },
  'entry.delete': async () => {
    const { id: planId } = await planDelete(kit.api, connectionId, KEY)
    return () => kit.api.entry.delete({ connectionId, key: KEY, planId, backup: false })
  },
  'trim.run': async () => {
    const { id: planId } = await planTrim(kit.api, connectionId, KEY)
    return () => kit.api.trim.run({ connectionId, key: KEY, planId, backup: false })
  },
}

test('a folder that this user may not write to is refused likewise, and named', async () => {
  mkdirSync(folder(), { recursive: true })
  await asNobody(kit.dataDir, async () => {
    chmodSync(folder(), 0o500)
    const before = { sent: await kit.writesSent(), changes: await kit.changes() }
    const add = () => kit.api.entry.add({ connectionId, key: KEY, id: '*', fields, create: false })
    const why = expect.stringMatching(/EACCES|EPERM/) as string
    await expect(add()).rejects.toMatchObject({ code: 'STORAGE', data: { why } })
    expect({ sent: await kit.writesSent(), changes: await kit.changes() }).toEqual(before)
    chmodSync(folder(), 0o700)
    await add()
  })
})

describe.each(Object.entries(mutations))('%s', (name, prepare) => {
  test.each(['from the start', 'after the journal was in use'])('sends nothing with the disk gone %s', async (when) => {
    if (when !== 'from the start') await kit.api.entry.add({ connectionId, key: KEY, id: '*', fields, create: false })
    const mutate = await prepare()
    breakDisk()
    const before = { sent: await kit.writesSent(), changes: await kit.changes() }
    await expect(mutate()).rejects.toMatchObject({ code: 'STORAGE', defined: true, data: { file: folder() } })
    expect({ sent: await kit.writesSent(), changes: await kit.changes() }).toEqual(before)
    expect((await kit.api.job.list()).filter(({ state }) => state === 'running')).toEqual([])
  })

  test('goes on once the disk is well, and the place is free', async () => {
    breakDisk()
    // An undo has nothing to undo yet.
    if (name !== 'recovery.undo') {
      const early = await prepare()
      await expect(early()).rejects.toMatchObject({ code: 'STORAGE' })
    }
    mendDisk()
    const mutate = await prepare()
    const before = await kit.changes()
    await mutate()
    await expect.poll(() => kit.changes(), { timeout: 30_000 }).toBeGreaterThan(before)
  })
})

test('a list of a journal that can not be read is STORAGE, not an empty one', async () => {
  breakDisk()
  await expect(kit.api.journal.list({ count: 10 })).rejects.toMatchObject({ code: 'STORAGE', data: { file: folder() } })
})

test('a disk that goes while a job runs: what was done is counted, what was not is not sent', async () => {
  await kit.direct.del(KEY)
  for (let n = 1; n <= 3_000; n += 1) void kit.direct.xadd(KEY, `${n}-0`, 'n', '1')
  await kit.direct.xgroup('CREATE', KEY, 'billing', '0')
  await kit.direct.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'COUNT', 3_000, 'STREAMS', KEY, '>')
  const { id: planId } = await planClaim(kit.api, connectionId, KEY)
  const started = await kit.api.recovery.run({ connectionId, planId })
  await kit.api.job.limit({ jobId: started.id, perSecond: 500 })
  for await (const job of await kit.api.job.watch()) if (job.id === started.id && job.done > 0) break
  breakDisk()
  await kit.api.job.limit({ jobId: started.id, perSecond: null })
  const job = await kit.finished(started)
  const unsent = telling('so nothing was sent')
  expect(job).toMatchObject({ state: 'failed', error: unsent })
  expect(job.counts.changed).toBeGreaterThan(0)
  expect(job.counts.changed).toBeLessThan(3_000)
  const [, , , holders] = (await kit.direct.xpending(KEY, 'billing')) as [number, string, string, [string, string][]]
  expect(Object.fromEntries(holders)).toEqual({
    alice: String(3_000 - job.counts.changed),
    bob: String(job.counts.changed),
  })
})
