import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { quoteBytes } from '../../../shared/bytes'
import { heldBy, pendingList, wholeStream } from '../../helpers/pel'
import { useCli } from './cli-kit'

const kit = useCli()
const CLAIM = ['claim', 'orders', 'billing', '--from', 'worker-3', '--to', 'worker-1'] as const
const held = () => heldBy(kit.direct, 'orders', 'billing')

describe('a recovery', () => {
  it('shows on a terminal what it would do, asks, and does it after a yes', async () => {
    await kit.seed(3)
    const { code, stdout, stderr } = await kit.cli(CLAIM, { columns: 120, answers: ['y'] })
    expect(stdout).toMatch(/^Gives 3 entries to worker-1 \(orders \/ billing on 127\.0\.0\.1:\d+\)\n/)
    expect(stdout).toContain('CONSUMER  BEFORE  AFTER\nworker-1       0      3\nworker-3       3      0\n')
    expect(stdout).toContain('XCLAIM orders billing worker-1 ')
    expect(stdout).toMatch(/Claimed 3 entries for worker-1\n$/)
    expect(stderr).toContain('Do it? [y/N] ')
    expect(code).toBe(0)
    expect(await held()).toEqual({ 'worker-1': 3 })
  })

  it.each([[''], ['n'], ['ye'], [null]])('does nothing after %j, and says so', async (answer) => {
    await kit.seed(3)
    const before = await wholeStream(kit.direct, 'orders')
    const { code, stderr } = await kit.cli(CLAIM, { columns: 120, answers: [answer] })
    expect(code).toBe(4)
    expect(stderr).toContain('Nothing was done.')
    expect(await held()).toEqual({ 'worker-3': 3 })
    expect(JSON.stringify(before)).toContain('worker-3')
  })

  it('without a person does nothing unless --yes is given, and names it', async () => {
    await kit.seed(3)
    const refused = await kit.cli(CLAIM)
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('--yes') as string })
    expect(await held()).toEqual({ 'worker-3': 3 })
    const lines = await kit.json([...CLAIM, '--yes'])
    expect(lines).toMatchObject([
      { what: 'plan', text: 'Gives 3 entries to worker-1', changes: 3, forGood: false },
      { what: 'job', text: 'Claimed 3 entries for worker-1', state: 'done', counts: { changed: 3 } },
    ])
    expect(await held()).toEqual({ 'worker-1': 3 })
  })

  it.each([['--dry-run'], ['plan']])('by %s only shows it', async (how) => {
    await kit.seed(3)
    const words = how === 'plan' ? ['plan', ...CLAIM] : [...CLAIM, how]
    const { code, stderr } = await kit.cli(words, { columns: 120 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Nothing was done (--dry-run).\n' })
    expect(await held()).toEqual({ 'worker-3': 3 })
    expect((await kit.cli(['journal'])).stdout).toBe('')
  })

  it('that has nothing to do says so, and ends with 0', async () => {
    await kit.seed(3)
    const { code, stdout, stderr } = await kit.cli([...CLAIM.slice(0, 3), '--from', 'nobody', '--to', 'worker-1'], {
      columns: 120,
    })
    expect(code).toBe(0)
    expect(`${stdout}${stderr}`).toContain('Nothing')
  })

  it.each([
    [['spread', '--from', 'worker-3', '--to', 'a', '--to', 'b'], { a: 2, b: 2 }],
    [['ack', '--id', '1-0', '--id', '2-0'], { 'worker-3': 2 }],
    [['ack-delete', '--id', '1-0', '--confirm', 'orders'], { 'worker-3': 3 }],
    [['dead-letter', '--all', '--reason', 'bad payload'], {}],
    [['requeue', '--since', '2-0', '--until', '3-0'], { 'worker-3': 2 }],
  ])('%j does what it says', async ([name = '', ...flags], after) => {
    await kit.seed(4)
    const { code, stderr } = await kit.cli([name, 'orders', 'billing', ...flags, '--yes'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await held()).toEqual(after)
    if (name === 'dead-letter') expect(await kit.direct.xlen('orders:dead')).toBe(4)
  })

  it('what the server lacks is refused before anything is sent', async () => {
    await kit.seed(1)
    expect(await kit.cli(['release', 'orders', 'billing', '--all', '--yes'])).toMatchObject({ code: 4, stdout: '' })
  })

  it('with a pace that is none does nothing at all', async () => {
    await kit.seed(3)
    expect(await kit.cli([...CLAIM, '--yes', '--per-second', '0'])).toMatchObject({ code: 2, stdout: '' })
    expect(await held()).toEqual({ 'worker-3': 3 })
  })

  it('that nobody can take says so in whole sentences', async () => {
    await kit.direct.xadd('orders', '1-0', 'a', 'b')
    await kit.direct.xgroup('CREATE', 'orders', 'billing', '0')
    await kit.direct.xreadgroup('GROUP', 'billing', 'worker-3', 'STREAMS', 'orders', '>')
    const { code, stderr } = await kit.cli(['claim', 'orders', 'billing', '--all'])
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no other consumer\. [A-Z]/) as string,
    })
  })

  it('of a group that is not there names it', async () => {
    await kit.seed(1)
    const { code, stderr } = await kit.cli(['ack', 'orders', 'nobody', '--all', '--yes'])
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('group nobody') as string })
  })
})

describe('what Redis can’t take back', () => {
  const DELETE = ['ack-delete', 'orders', 'billing', '--id', '1-0'] as const

  it('is not done by --yes: the name has to be given', async () => {
    await kit.seed(2)
    const { code, stderr } = await kit.cli([...DELETE, '--yes'])
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('--confirm orders') as string })
    expect(await kit.direct.xlen('orders')).toBe(2)
  })

  it('is not done by another name, nor by one that looks alike', async () => {
    await kit.seed(2)
    for (const name of ['order', 'orders ', 'οrders']) {
      expect((await kit.cli([...DELETE, '--confirm', name])).code).toBe(4)
      expect((await kit.cli(DELETE, { columns: 120, answers: [name] })).code).toBe(4)
    }
    expect(await kit.direct.xlen('orders')).toBe(2)
  })

  it('is not done where no answer comes', async () => {
    await kit.seed(2)
    expect((await kit.cli(DELETE, { columns: 120, answers: [null] })).code).toBe(4)
    expect(await kit.direct.xlen('orders')).toBe(2)
  })

  it.each(['', ' ', '\u00a0'])('of a stream whose name is %j is not done by Enter alone', async (name) => {
    await kit.direct.xadd(name, '1-0', 'a', 'b')
    await kit.direct.xgroup('CREATE', name, 'billing', '0')
    await kit.direct.xreadgroup('GROUP', 'billing', 'c', 'STREAMS', name, '>')
    const words = ['ack-delete', name, 'billing', '--id', '1-0']
    for (const answer of ['', null]) {
      expect((await kit.cli(words, { columns: 120, answers: [answer] })).code).toBe(4)
    }
    expect((await kit.cli([...words, '--confirm', ''])).code).toBe(4)
    expect(await kit.direct.xlen(name)).toBe(1)
    expect((await kit.cli(words, { columns: 120, answers: [quoteBytes(name)] })).code).toBe(0)
    expect(await kit.direct.xlen(name)).toBe(0)
  })

  it.each(["it's $(x)", '-x', 'esc\u001b', '"', ''])(
    'of %j is done by the option that is told, in a shell',
    async (name) => {
      await kit.direct.xadd(name, '1-0', 'a', 'b')
      await kit.direct.xgroup('CREATE', name, 'billing', '0')
      await kit.direct.xreadgroup('GROUP', 'billing', 'c', 'STREAMS', name, '>')
      const words = ['ack-delete', '--id', '1-0']
      const names = ['--', name, 'billing']
      const { stderr } = await kit.cli([...words, ...names])
      const told = / add (--confirm .*)\n/.exec(stderr)?.[1] ?? ''
      const option = execFileSync('sh', ['-c', `printf '%s\\0' ${told}`], { encoding: 'utf8' })
        .split('\0')
        .slice(0, -1)
      expect((await kit.cli([...words, ...option, ...names])).code).toBe(0)
      expect(await kit.direct.xlen(name)).toBe(0)
    },
  )

  it('is done once the name is typed', async () => {
    await kit.seed(2)
    const { code, stderr } = await kit.cli(DELETE, { columns: 120, answers: ['orders'] })
    expect(stderr).toContain('Redis can’t take this back. Type orders to go on: ')
    expect(code).toBe(0)
    expect(await kit.direct.xlen('orders')).toBe(1)
  })
})

describe('a plan in a file', () => {
  const file = (): string => join(kit.dataDir, 'move.plan')
  const keep = () => kit.cli(['plan', ...CLAIM, '-o', file()])
  const change = (edit: (plan: Record<string, unknown>) => void): void => {
    const plan = JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>
    edit(plan)
    writeFileSync(file(), JSON.stringify(plan))
  }

  it('is run later by another process, as it was shown', async () => {
    await kit.seed(3)
    expect(await keep()).toMatchObject({ code: 0, stderr: expect.stringContaining('sluice run ') as string })
    expect(await held()).toEqual({ 'worker-3': 3 })
    expect(await kit.cli(['run', file(), '--yes'])).toMatchObject({ code: 0 })
    expect(await held()).toEqual({ 'worker-1': 3 })
  })

  it('and what undoes it are told as lines for the shell that lead there', async () => {
    await kit.seed(3)
    const [named, ...asTyped] = [
      join(kit.dataDir, "it's a plan"),
      '-p',
      String(kit.redis.port),
      '--data-dir',
      kit.dataDir,
    ]
    const pasted = (line: string) => {
      const shell = `sluice() { printf '%s\\0' "$@"; }; ${line}`
      const words = execFileSync('sh', ['-c', shell], { encoding: 'utf8' }).split('\0').slice(0, -1)
      expect(words.slice(-asTyped.length)).toEqual(asTyped)
      return kit.cli([...words, '--yes'], { asTyped: true, columns: 100 })
    }
    const { stderr } = await kit.cli(['plan', ...CLAIM, '-o', named])
    const run = await pasted(/: (sluice run .*)\n/.exec(stderr)?.[1] ?? '')
    expect(await held()).toEqual({ 'worker-1': 3 })
    expect(await pasted(/: (sluice undo .*)\n/.exec(run.stderr)?.[1] ?? '')).toMatchObject({ code: 0 })
    expect(await held()).toEqual({ 'worker-3': 3 })
  })

  it('is its owner’s alone, holds no password, and is never written over another file', async () => {
    await kit.seed(3)
    await kit.cli(['plan', ...CLAIM, '-o', file()], { env: { REDISCLI_AUTH: '' } })
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    const text = readFileSync(file(), 'utf8')
    expect(text).not.toContain(String(kit.redis.port) + '@')
    expect(await keep()).toMatchObject({ code: 4, stderr: expect.stringContaining('is there already') as string })
    expect(readFileSync(file(), 'utf8')).toBe(text)
  })

  it('does less where less is left', async () => {
    await kit.seed(3)
    await keep()
    await kit.direct.xack('orders', 'billing', '2-0')
    expect((await kit.cli(['run', file(), '--yes'])).code).toBe(0)
    expect(await held()).toEqual({ 'worker-1': 2 })
  })

  it('takes nothing that was delivered since, though there are no more than were shown', async () => {
    await kit.seed(3, 5)
    await keep()
    await kit.direct.xack('orders', 'billing', '1-0')
    await kit.direct.xreadgroup('GROUP', 'billing', 'worker-3', 'COUNT', 1, 'STREAMS', 'orders', '>')
    expect((await kit.cli(['run', file(), '--yes'])).code).toBe(0)
    expect(await held()).toEqual({ 'worker-1': 2, 'worker-3': 1 })
  })

  it('takes nothing ticked that was delivered since', async () => {
    await kit.seed(2)
    await kit.cli(['plan', 'ack', 'orders', 'billing', '--id', '1-0', '--id', '2-0', '-o', file()])
    await kit.direct.xclaim('orders', 'billing', 'worker-3', 0, '1-0')
    const [plan, job] = await kit.json(['run', file(), '--yes'])
    expect(plan).toMatchObject({ what: 'plan', changes: 1 })
    expect(job).toMatchObject({ what: 'job', counts: { changed: 1, leftAlone: 0 } })
    expect(await held()).toEqual({ 'worker-3': 1 })
  })

  it('takes nothing that it did not show, and be it as idle', async () => {
    await kit.seed(3, 5)
    await keep()
    await kit.direct.xclaim('orders', 'billing', 'worker-3', 0, '4-0', 'FORCE', 'IDLE', 3_600_000)
    expect((await kit.cli(['run', file(), '--yes'])).code).toBe(0)
    expect(await held()).toEqual({ 'worker-1': 3, 'worker-3': 1 })
  })

  it('is refused where it warns of what it did not warn of', async () => {
    await kit.seed(3)
    await keep()
    await kit.direct.xgroup('DELCONSUMER', 'orders', 'billing', 'worker-1')
    const { code, stderr } = await kit.cli(['run', file(), '--yes'])
    expect({ code, stderr }).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('warns of something new') as string,
    })
    expect(await held()).toEqual({ 'worker-3': 3 })
  })

  it.each([
    ['changed', () => change((plan) => Object.assign(plan, { group: 'audit' })), /was changed since/],
    [
      'made to allow more',
      () => change((plan) => Object.assign(plan.shown as object, { entries: 999 })),
      /was changed since/,
    ],
    ['of another Sluice', () => change((plan) => Object.assign(plan, { version: 99 })), /another version of Sluice/],
    ['no plan', () => writeFileSync(file(), '{"a":1}'), /no plan/],
    ['no JSON', () => writeFileSync(file(), 'x'), /no plan/],
  ])('that is %s is refused', async (_how, spoil, words) => {
    await kit.seed(3)
    await keep()
    spoil()
    const { code, stderr } = await kit.cli(['run', file(), '--yes'])
    expect(code).toBe(4)
    expect(stderr).toMatch(words)
    expect(await held()).toEqual({ 'worker-3': 3 })
  })

  it('is not run on another connection, nor where none is there', async () => {
    await kit.seed(3)
    await keep()
    const { code, stderr } = await kit.cli(['run', file(), '--yes', '-n', '1'])
    expect({ code, stderr }).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('name the connection as then') as string,
    })
  })

  it('is not run where its connection leads elsewhere by now', async () => {
    await kit.seed(3)
    await kit.save({ name: 'live' })
    const words = (...more: string[]) => [...more, '--connection', 'live']
    await kit.cli(words('plan', ...CLAIM, '-o', file()), { nowhere: true })
    await kit.save({ name: 'live', db: 1 })
    await kit.direct.call('COPY', 'orders', 'orders', 'DB', '1')
    const { code, stderr } = await kit.cli(words('run', file(), '--yes'), { nowhere: true })
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('leads elsewhere') as string })
    expect(await held()).toEqual({ 'worker-3': 3 })
  })

  it.each(['/dev/zero', '/nowhere', '/'])('is never all of %s', async (path) => {
    const { code, stdout, stderr } = await kit.cli(['run', path, '--yes'])
    expect({ code, stdout }).toEqual({ code: path === '/dev/zero' ? 4 : 7, stdout: '' })
    expect(stderr).toMatch(/is no plan|ENOENT|EISDIR/)
  })

  it('that can’t be written is a trouble of this machine', async () => {
    await kit.seed(3)
    expect(await kit.cli(['plan', ...CLAIM, '-o', '/nowhere/x'])).toMatchObject({ code: 7 })
  })

  it('is kept or run, not both', async () => {
    expect(await kit.cli([...CLAIM, '-o', file(), '--yes'])).toMatchObject({ code: 2, stdout: '' })
    expect(existsSync(file())).toBe(false)
  })
})

describe('undo', () => {
  it('gives back what a record did, by the beginning of its id', async () => {
    await kit.seed(3)
    const before = await pendingList(kit.direct, 'orders', 'billing')
    await kit.cli([...CLAIM, '--yes'])
    const [record] = await kit.json(['journal'])
    expect(record).toMatchObject({ action: 'claim', key: 'orders', state: 'done', who: { by: 'system' } })
    const id = String(record?.['id'])
    const dry = await kit.cli(['undo', id.slice(0, 8), '--dry-run'], { columns: 100 })
    expect(dry.stdout).toContain('Would give back 3 entries')
    expect(await held()).toEqual({ 'worker-1': 3 })
    expect(await kit.cli(['undo', id.slice(0, 8)])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('--yes') as string,
    })
    expect((await kit.cli(['undo', id.slice(0, 8), '--yes'])).code).toBe(0)
    expect(await pendingList(kit.direct, 'orders', 'billing')).toEqual(before)
    const again = await kit.cli(['undo', id, '--yes'])
    expect(again.code).not.toBe(0)
  })

  it('of no record, or of several, says so', async () => {
    expect(await kit.cli(['undo', 'nothing', '--yes'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('no record nothing') as string,
    })
    await kit.seed(3)
    await kit.cli(['ack', 'orders', 'billing', '--id', '1-0', '--yes'])
    await kit.cli(['ack', 'orders', 'billing', '--id', '2-0', '--yes'])
    expect((await kit.cli(['undo', '', '--yes'])).code).toBe(2)
    expect(await held()).toEqual({ 'worker-3': 1 })
  })
})
