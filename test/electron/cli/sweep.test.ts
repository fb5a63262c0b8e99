import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { AS_ADMIN } from '../../helpers/callers'
import { createTestBackend } from '../../helpers/test-backend'
import { pendingList } from '../../helpers/pel'
import { useCli } from './cli-kit'

const kit = useCli()
const KEYS = ['app:a', 'app:b']
const IDS = ['1-0', '2-0', '3-0']

/** Two streams with a group each, in which `dead` holds three entries for an hour. */
async function seed(): Promise<void> {
  for (const key of KEYS) {
    for (const id of IDS) await kit.direct.xadd(key, id, 'n', id)
    await kit.direct.xgroup('CREATE', key, 'billing', '0')
    await kit.direct.xreadgroup('GROUP', 'billing', 'dead', 'STREAMS', key, '>')
    await kit.direct.xclaim(key, 'billing', 'dead', 0, ...IDS, 'IDLE', 3_600_000, 'JUSTID')
  }
}
const all = async () => Promise.all(KEYS.map((key) => pendingList(kit.direct, key, 'billing')))
const owners = async () => (await all()).flatMap((rows) => rows.map(({ consumer }) => consumer))
const CLAIM = ['sweep', 'claim', 'app:*', '--all', '--to', 'worker-1'] as const

describe('what is wrong is named, and nothing is done', () => {
  it.each([
    [['sweep'], /sluice sweep needs WHAT/],
    [['sweep', 'claim'], /sluice sweep needs STREAMS/],
    [['sweep', 'trim', '*'], /sluice sweep takes claim, spread, ack-gone, dead-letter, release, undo, not trim/],
    [['sweep', 'claim', '*', '--to', 'x'], /say which pending entries: --stalled/],
    [['sweep', 'claim', '*', '--all', '--stalled', '--to', 'x'], /--all doesn’t go with --stalled/],
    [['sweep', 'claim', '*', '--all'], /needs --to CONSUMER/],
    [['sweep', 'claim', '*', '--all', '--to', 'x', '--to', 'y'], /--to is given twice/],
    [['sweep', 'undo', '6f1c', '*'], /takes the id of a sweep/],
    [['sweep', 'undo', '6f1c', '--stalled'], /--stalled is no option of sluice sweep undo/],
    [['sweep', 'spread', '*', '--all', '--to', 'x'], /--to is no option of sluice sweep spread/],
    [['sweep', 'claim', '*', '--all', '--to', 'x', '--mode', 'FAIL'], /--mode is no option of sluice sweep claim/],
    [['sweep', 'ack-gone', '*', '--to-stream', 'x'], /--to-stream is no option of sluice sweep ack-gone/],
  ])('%j', async (words, says) => {
    await seed()
    const { code, stdout, stderr } = await kit.cli(words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(says)
    expect(await owners()).toEqual(Array(6).fill('dead'))
  })

  it('a sweep that the journal does not have', async () => {
    const { code, stderr } = await kit.cli(['sweep', 'undo', 'none', '--yes'])
    expect(code).toBe(4)
    expect(stderr).toContain('the journal has no sweep none')
  })

  it('without a terminal, and without --yes', async () => {
    await seed()
    expect(await kit.cli(CLAIM)).toMatchObject({ code: 4, stderr: expect.stringContaining('--yes') as string })
    expect(await owners()).toEqual(Array(6).fill('dead'))
  })

  it('what is for good asks for the pattern, whatever --yes says', async () => {
    await seed()
    await kit.direct.xdel('app:a', '2-0')
    const gone = ['sweep', 'ack-gone', 'app:*', 'bill*']
    const { code, stderr } = await kit.cli([...gone, '--yes'])
    expect(code).toBe(4)
    expect(stderr).toContain("--confirm 'app:*'")
    expect(await kit.cli([...gone, '--confirm', 'app:'])).toMatchObject({ code: 4 })
    expect(await owners()).toHaveLength(6)
    expect(await kit.cli([...gone, '--confirm', 'app:*'])).toMatchObject({ code: 0 })
    expect((await all()).map((rows) => rows.map(({ id }) => id))).toEqual([['1-0', '3-0'], IDS])
  })

  it('where nothing matches', async () => {
    await seed()
    expect(await kit.cli(['sweep', 'claim', 'none:*', '--all', '--to', 'x', '--yes'])).toMatchObject({ code: 0 })
    expect(await owners()).toEqual(Array(6).fill('dead'))
  })
})

describe('sweep', () => {
  it('shows a row for each group, does it, and takes it back by its id', async () => {
    await seed()
    const before = await all()
    const dry = await kit.cli([...CLAIM, '--dry-run'], { columns: 100 })
    expect(dry.code).toBe(0)
    expect(dry.stdout).toMatch(/6 entries in 2 groups/)
    expect(dry.stdout).toMatch(/app:a +billing +3 +3 +0/)
    expect(dry.stdout).toMatch(/! In 2 groups: the consumer that gets them does not exist yet and will be created/)
    expect(await all()).toEqual(before)

    const done = await kit.cli([...CLAIM, '--yes', '--per-second', '1000'], { columns: 100 })
    expect(done.code).toBe(0)
    expect(await owners()).toEqual(Array(6).fill('worker-1'))
    const [, id = ''] = /sweep undo (\w+)/.exec(done.stderr + done.stdout) ?? []
    expect(id).toHaveLength(8)

    // One line, by whose id it is taken back; as a record it is many.
    const journal = await kit.cli(['journal'], { columns: 160 })
    expect(journal.stdout.split('\n').filter((line) => line.includes('claim'))).toEqual([
      expect.stringMatching(new RegExp(`^${id} .*2 groups: claim to worker-1.*app:\\* / \\*.* 6 entries`)),
    ])
    expect(await kit.cli(['undo', id, '--yes'])).toMatchObject({
      ...{ code: 4, stderr: expect.stringContaining(`sluice sweep undo ${id}`) as string },
    })
    expect(await kit.json(['journal'])).toHaveLength(2)
    const undone = await kit.cli(['sweep', 'undo', id, '--yes'], { columns: 100 })
    expect(undone.code).toBe(0)
    expect(undone.stdout).toMatch(/Gives back 6 entries in 2 groups/)
    expect(await all()).toEqual(before)
    expect(await kit.cli(['sweep', 'undo', id, '--yes'])).toMatchObject({ code: 0 })
    // Its undo is a sweep too, which nothing takes back: nobody is sent to do so.
    const [last] = (await kit.json(['journal'])) as { sweep?: { id: string; undoes?: string } }[]
    expect(last?.sweep?.undoes).toMatch(new RegExp(`^${id}`))
    const refused = await kit.cli(['undo', last?.sweep?.id ?? '', '--yes'])
    expect(refused).toMatchObject({ code: 4, stderr: expect.not.stringContaining('sweep undo') as string })
  })

  it('tells a program of plan and job, and takes it back by one of its records', async () => {
    await seed()
    const before = await all()
    const [plan, job] = await kit.json([...CLAIM, '--yes'])
    expect(plan?.['warningTexts']).toContain(
      'In 2 groups: the consumer that gets them does not exist yet and will be created',
    )
    expect(plan).toMatchObject({ what: 'sweep-plan', sums: { groups: 2, entries: 6 }, confirm: null })
    expect(job).toMatchObject({ what: 'job', state: 'done', sweep: { groups: 2, ended: 2, failed: 0 } })
    const [record] = await kit.json(['journal'])
    const [undo] = await kit.json(['sweep', 'undo', String(record?.['id']), '--yes'])
    expect(undo).toMatchObject({ what: 'sweep-undo-plan', sums: { groups: 2, entries: 6, failed: 0 } })
    expect(await all()).toEqual(before)
  })

  it('what one group refuses stops none of the others, and is exit code 5', async () => {
    await seed()
    await kit.direct.call('ACL', 'SETUSER', 'limited', 'reset', 'on', '>pw', '~app:b', '&*', '+@all')
    const { host, port } = kit.redis
    const address = `redis://limited:pw@${host}:${port}`
    const { code, stdout } = await kit.cli([...CLAIM, '--yes', address], { columns: 120, nowhere: true })
    await kit.direct.call('ACL', 'DELUSER', 'limited')
    expect(code).toBe(5)
    expect(stdout).toMatch(/1 stream refused:\n +app:a +/)
    expect(await owners()).toEqual([...Array<string>(3).fill('dead'), ...Array<string>(3).fill('worker-1')])
  })

  it('an undo asks of each group that is doubted by itself, and takes a code alone for none', async () => {
    await seed()
    await kit.cli(['sweep', 'dead-letter', 'app:*', '--all', '--to-stream', 'dead', '--yes'])
    await kit.direct.xgroup('DESTROY', 'app:a', 'billing')
    await kit.direct.xgroup('CREATE', 'app:a', 'billing', '0')
    await kit.direct.xreadgroup('GROUP', 'billing', 'zoe', 'STREAMS', 'app:a', '>')
    await kit.direct.xack('app:a', 'billing', ...IDS)
    const records = (await kit.json(['journal'])) as { id: string; key: string; sweep?: { id: string } }[]
    const undo = ['sweep', 'undo', records[0]?.sweep?.id ?? '', '--yes']
    const shown = await kit.cli(undo, { columns: 100 })
    expect(shown).toMatchObject({ code: 4, stdout: expect.stringMatching(/\? app:a \/ billing: Nothing/) as string })
    const option = `${records.find(({ key }) => key === 'app:a')?.id.slice(0, 8)}:identity.group-unproven`
    expect(shown.stderr).toContain(`--accept ${option}`)
    expect(await kit.cli([...undo, '--accept', 'identity.group-unproven'])).toMatchObject({ code: 4 })
    expect(await owners()).toEqual([])
    expect(await kit.cli([...undo, '--accept', option])).toMatchObject({ code: 0 })
    expect(await owners()).toEqual(Array(6).fill('dead'))
  })

  it('an undo leaves alone what others did since', async () => {
    await seed()
    await kit.cli([...CLAIM, '--yes'])
    await kit.direct.xack('app:a', 'billing', '1-0')
    const backend = await createTestBackend(kit.dataDir)
    const api = createRouterClient(backend.router, { context: AS_ADMIN })
    const { records } = await api.journal.list({ count: 10 })
    await backend.close()
    const { code, stdout } = await kit.cli(['sweep', 'undo', records[0]?.sweep?.id ?? '', '--yes'], { columns: 100 })
    expect(code).toBe(0)
    expect(stdout).toMatch(/1 entry moved since/)
    expect(await owners()).toEqual(Array(5).fill('dead'))
  })
})
