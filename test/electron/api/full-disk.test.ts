import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { asNobody } from '../../helpers/as-nobody'
import { describeUnless } from '../../helpers/describe-unless'
import { planClaim, useBackend } from './backend-kit'
import { telling } from '../../helpers/saying'

// A disk of 256 KiB that is really full. To mount one takes root; where that can't be had, this says so at its end.
const disk = mkdtempSync(join(tmpdir(), 'sluice-full-disk-'))
const mounted = mount()

function mount(): boolean {
  const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  try {
    asRoot('mount', '-t', 'tmpfs', '-o', `size=256k,uid=${user},gid=${group},mode=700`, 'tmpfs', disk)
    return true
  } catch (error) {
    if (process.env['CI'] && process.platform === 'linux') throw error
    return false // Not Linux, or neither root nor sudo may.
  }
}
function asRoot(command: string, ...args: readonly string[]): void {
  const isRoot = process.getuid?.() === 0
  execFileSync(isRoot ? command : 'sudo', isRoot ? args : ['-n', command, ...args], {
    stdio: 'ignore',
    timeout: 10_000,
  })
}
afterAll(() => {
  if (mounted) asRoot('umount', '-l', disk)
  rmSync(disk, { recursive: true, force: true })
})

describeUnless(mounted ? null : 'this user may not mount a small disk', 'a disk that is full', () => {
  const kit = useBackend({}, () => mkdtempSync(join(disk, 'data-')))
  const KEY = 'orders'
  const ballast = join(disk, 'ballast')
  let connectionId: string
  beforeAll(async () => expect(statfsSync(disk).blocks * statfsSync(disk).bsize).toBe(256 * 1024))
  beforeEach(async () => {
    rmSync(ballast, { force: true })
    for (let n = 1; n <= 2_000; n += 1) void kit.direct.xadd(KEY, `${n}-0`, 'n', '1')
    await kit.direct.xgroup('CREATE', KEY, 'billing', '0')
    await kit.direct.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'COUNT', 2_000, 'STREAMS', KEY, '>')
    connectionId = await kit.connect()
  })

  /** Leaves so many bytes, in whole blocks. */
  function fillUpTo(left: number): void {
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail - Math.ceil(left / bsize)) * bsize))
  }
  async function heldBy(consumer: string): Promise<number> {
    const [, , , holders] = (await kit.direct.xpending(KEY, 'billing')) as [number, string, string, [string, string][]]
    return Number(holders.find(([name]) => name === consumer)?.[1] ?? 0)
  }

  test('refuses a mutation before anything is sent, and takes it once there is room', async () => {
    fillUpTo(0)
    const add = () =>
      kit.api.entry.add({ connectionId, key: KEY, id: '*', fields: [['a', 'b']] as [string, string][], create: false })
    const before = await kit.writesSent()
    await expect(add()).rejects.toMatchObject({
      code: 'STORAGE',
      data: { why: expect.stringContaining('ENOSPC') as string },
    })
    expect(await kit.writesSent()).toEqual(before)
    rmSync(ballast)
    await add()
    expect(await kit.direct.xlen(KEY)).toBe(2_001)
    expect((await kit.api.journal.list({ count: 10 })).records).toMatchObject([{ action: 'add entry', state: 'done' }])
  })

  test('refuses likewise for a user who is not root, to whom the disk keeps nothing in reserve', async () => {
    await asNobody(disk, async () => {
      fillUpTo(0)
      const create = { connectionId, key: KEY, group: 'audit', start: '$', mkstream: false } as const
      await expect(kit.api.group.create(create)).rejects.toMatchObject({ code: 'STORAGE' })
      rmSync(ballast)
      await kit.api.group.create(create)
    })
    expect(await kit.direct.xinfo('GROUPS', KEY)).toHaveLength(2)
  })

  test('stops a claim before the batch that finds no room; what was done before is told, and can be undone', async () => {
    const { id: planId } = await planClaim(kit.api, connectionId, KEY)
    // Each batch takes some 17 KB.
    fillUpTo(40 * 1024)
    const job = await kit.finished(await kit.api.recovery.run({ connectionId, planId }))
    const unsent = telling('so nothing was sent')
    expect(job).toMatchObject({ state: 'failed', error: unsent })
    expect(job.counts.changed).toBeGreaterThan(0)
    expect(job.counts.changed).toBeLessThan(2_000)
    expect(await heldBy('bob')).toBe(job.counts.changed)
    rmSync(ballast)
    const undone = await kit.finished(await kit.api.recovery.undo({ connectionId, recordId: job.recordId }))
    expect(undone).toMatchObject({ state: 'done', counts: { changed: job.counts.changed } })
    expect(await heldBy('alice')).toBe(2_000)
    expect((await kit.api.journal.list({ count: 10 })).damaged).toBe(0)
  })
})
