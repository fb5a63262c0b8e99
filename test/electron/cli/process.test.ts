import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { heldBy } from '../../helpers/pel'
import { useCli } from './cli-kit'

const kit = useCli()
const SLOWLY = [...['claim', 'orders', 'billing', '--all', '--to', 'worker-1', '--yes', '--per-second', '500']] as const
const held = () => heldBy(kit.direct, 'orders', 'billing')

describe('as a program', () => {
  it('prints one object a line into a pipe, and nothing else', async () => {
    await kit.seed(2)
    const { code, stdout, stderr } = await kit.ended(kit.start(['pending', 'orders', 'billing']))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual(['1-0', '2-0'])
  })

  it('ends quietly when nobody reads any more', async () => {
    await kit.seed(1, 30_000)
    const child = kit.start(['entries', 'orders', '--count', '30000'])
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.stdout?.once('data', () => child.stdout?.destroy())
    const [code] = (await once(child, 'exit')) as [number | null]
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('goes on to the end of what it changes, when nobody reads any more', async () => {
    await kit.seed(20_000)
    const child = kit.start(['claim', 'orders', 'billing', '--all', '--to', 'worker-1', '--yes'])
    child.stdout?.once('data', () => child.stdout?.destroy())
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(0)
    expect(await held()).toEqual({ 'worker-1': 20_000 })
  })

  it('says what was refused by its exit code, when nobody reads any more', async () => {
    await kit.seed(3)
    const child = kit.start(['claim', 'orders', 'billing', '--all', '--to', 'worker-1'])
    child.stdout?.destroy()
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(4)
    expect(await held()).toEqual({ 'worker-3': 3 })
  })

  it('goes on to the end of what it changes, when there is no room for what it prints, and says so', async () => {
    await kit.seed(3_000)
    const stdout = openSync('/dev/full', 'w')
    const child = kit.start(['claim', 'orders', 'billing', '--all', '--to', 'worker-1', '--yes'], { stdout })
    closeSync(stdout)
    const { code, stderr } = await kit.ended(child)
    expect({ code, stderr }).toEqual({ code: 7, stderr: 'sluice: what it found can’t be written (ENOSPC)\n' })
    expect(await held()).toEqual({ 'worker-1': 3_000 })
    expect(await kit.json(['journal'])).toMatchObject([{ state: 'done', counts: { changed: 3_000 } }])
  })

  it('ends a job after its batch where a fault comes up, and ends with 70', async () => {
    await kit.seed(6_000)
    const throws = encodeURIComponent(`process.on('SIGUSR2', () => { throw new Error('boom') })`)
    const env = { NODE_OPTIONS: `--import data:text/javascript,${throws}` }
    const child = kit.start(SLOWLY, { env })
    const outcome = kit.ended(child)
    await expect.poll(async () => (await held())['worker-1'] ?? 0, { timeout: 30_000 }).toBeGreaterThan(0)
    child.kill('SIGUSR2')
    const { code, stderr } = await outcome
    expect(code).toBe(70)
    expect(stderr).toContain('a fault of Sluice: boom')
    const { 'worker-1': moved = 0, 'worker-3': left = 0 } = await held()
    expect(left).toBeGreaterThan(0)
    expect(await kit.json(['journal'])).toMatchObject([{ state: 'cancelled', counts: { changed: moved } }])
  })

  it('reads entries on where one goes away meanwhile', async () => {
    const line = kit.direct.pipeline()
    for (let n = 1; n <= 9; n += 1) line.xadd('orders', `${n}-0`, 'long', 'y'.repeat(300_000))
    await line.exec()
    // Nobody reads from the pipe, so that the first ones fill it.
    const child = kit.start(['entries', 'orders', '--oldest', '--whole'])
    await once(child.stdout ?? child, 'readable')
    await kit.direct.xdel('orders', '8-0')
    const { code, stdout, stderr } = await kit.ended(child)
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^8-0 went away .*\n$/) as string })
    const all = stdout
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each) as { id: string; fields: { cut: boolean }[] })
    expect(all.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${n}-0`))
    expect(all.map(({ fields }) => fields[0]?.cut)).toEqual([...Array<boolean>(7).fill(false), true, false])
  })

  it('shows no password that it was given, in its output, its arguments or its files', async () => {
    await kit.seed(2)
    await kit.direct.call('ACL', 'SETUSER', 'secretive', 'on', '>s3cret-word', '~*', '+@all', '&*')
    const child = kit.start(['tail', 'orders', '--user', 'secretive', '-a', 's3cret-word', '--table'])
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await expect.poll(() => said).toContain('Waiting for new entries')
    expect(said).toContain('can be seen by others')
    expect(readFileSync(`/proc/${child.pid ?? 0}/cmdline`, 'latin1')).not.toContain('s3cret-word')
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(143)
    expect(said).not.toContain('s3cret-word')
  })
})

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s in the midst of a job ends it after the batch, and what was done can be undone',
    async (signal, expected) => {
      await kit.seed(6_000)
      const child = kit.start([
        'claim',
        'orders',
        'billing',
        '--all',
        '--to',
        'worker-1',
        '--yes',
        '--per-second',
        '500',
      ])
      const outcome = kit.ended(child)
      await expect.poll(async () => (await held())['worker-1'] ?? 0, { timeout: 30_000 }).toBeGreaterThan(0)
      child.kill(signal)
      const { code, stdout, stderr } = await outcome
      expect(code).toBe(expected)
      expect(stderr).toContain('Ending after the batch in flight')
      const { 'worker-1': moved = 0, 'worker-3': left = 0 } = await held()
      expect(moved + left).toBe(6_000)
      expect(left).toBeGreaterThan(0)
      const job = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { state: string; counts: { changed: number } }
      expect(job).toMatchObject({ state: 'cancelled', counts: { changed: moved } })
      const [record] = await kit.json(['journal'])
      expect(record).toMatchObject({ state: 'cancelled', counts: { changed: moved } })
      expect((await kit.cli(['undo', String(record?.['id']), '--yes'])).code).toBe(0)
      expect(await held()).toEqual({ 'worker-3': 6_000 })
    },
  )

  it('to a whole group ends a job after its batch as well, when it was started by npm start', async () => {
    await kit.seed(6_000)
    const child = kit.start(SLOWLY, {
      script: resolve(import.meta.dirname, '../../../build/launch.mjs'),
      inGroup: true,
    })
    const outcome = kit.ended(child)
    await expect.poll(async () => (await held())['worker-1'] ?? 0, { timeout: 30_000 }).toBeGreaterThan(0)
    const pid = child.pid ?? 0
    const [itself = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ')
    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: behind its name the state, the parent, the group.
    const group = readFileSync(`/proc/${itself}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[2]
    expect(group).toBe(itself)
    process.kill(-pid, 'SIGINT')
    expect((await outcome).code).toBe(130)
    const { 'worker-1': moved = 0 } = await held()
    expect(await kit.json(['journal'])).toMatchObject([{ state: 'cancelled', counts: { changed: moved } }])
  })

  it('while it waits for entries ends it at once', async () => {
    await kit.seed(1)
    const child = kit.start(['tail', 'orders', '--table'])
    await once(child.stderr ?? child, 'data')
    child.kill('SIGINT')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(130)
  })
})

describe('two processes on one data directory', () => {
  it('each sees what the other does, and leaves its job alone', async () => {
    await kit.seed(3_000)
    const child = kit.start(['claim', 'orders', 'billing', '--all', '--to', 'worker-1', '--yes', '--per-second', '500'])
    const outcome = kit.ended(child)
    await expect.poll(async () => (await held())['worker-1'] ?? 0, { timeout: 30_000 }).toBeGreaterThan(0)
    const running = await kit.json(['jobs'])
    expect(running).toMatchObject([{ action: 'claim', state: 'running' }])
    const undone = await kit.cli(['undo', String(running[0]?.['id']), '--yes'])
    expect(undone.code).not.toBe(0)
    expect((await kit.json(['report'])).at(-1)).toMatchObject({ what: 'end' })
    expect((await outcome).code).toBe(0)
    expect(await held()).toEqual({ 'worker-1': 3_000 })
    expect(await kit.json(['jobs'])).toEqual([])
    expect(await kit.json(['journal'])).toMatchObject([{ state: 'done', counts: { changed: 3_000 } }])
  })
})
