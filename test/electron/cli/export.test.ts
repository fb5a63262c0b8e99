import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useCli } from './cli-kit'

const kit = useCli()
const lines = (text: string): string[] => text.split('\n').filter(Boolean)

describe('sluice export', () => {
  it('writes entries, what is pending, and groups; whole, in order', async () => {
    await kit.seed(3, 5)
    const all = await kit.cli(['export', 'orders'])
    expect(all.code).toBe(0)
    expect(all.stderr).toMatch(/^5 rows exported, \d+ B\n$/)
    expect(lines(all.stdout).slice(1)).toEqual([
      ...[1, 2, 3, 4, 5].map((n) => `{"id":"${n}-0","fields":[["item","thing ${n}"]]}`),
      '{"end":{"rows":5}}',
    ])
    const some = await kit.cli(['export', 'orders', '--newest', '--since', '2-0', '--find', 'thing -5', '--count', '2'])
    expect(
      lines(some.stdout)
        .slice(1, -1)
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual(['4-0', '3-0'])
    const pending = await kit.cli([
      'export',
      'orders',
      'billing',
      '--bodies',
      '--consumer',
      'worker-3',
      '--format',
      'csv',
    ])
    expect(pending.stdout).toMatch(/^id,time,consumer,.*,item,others\r\n1-0,,worker-3,\d+,20[^,]*,1,yes,thing 1,\r\n/)
    const groups = await kit.cli(['export', 'orders', '--groups'])
    expect(JSON.parse(lines(groups.stdout)[1] ?? '')).toMatchObject({ group: 'billing', pending: 3 })
    const script = await kit.cli(['export', 'orders', '--format', 'redis-cli', '--with', 'pending'])
    expect(script.stdout).toMatch(
      /^ECHO "Sluice: the whole stream orders[^]*XADD orders 5-0[^]*XSETID[^]*XCLAIM orders billing worker-3 0 1-0 /,
    )
    const missing = await kit.cli(['export', 'orders', '--id', '1-0', '--id', '77-0'])
    expect(missing.stderr).toContain('1 of those that were asked for is not there any more')
  })

  it('to a file that has its name once it is whole, and takes nobody else’s place', async () => {
    await kit.seed(1)
    const file = join(kit.dataDir, 'orders.jsonl')
    expect(await kit.cli(['export', 'orders', '-o', file])).toMatchObject({ code: 0, stdout: '' })
    expect(lines(readFileSync(file, 'utf8'))).toHaveLength(3)
    const again = await kit.cli(['export', 'orders', '-o', file])
    expect([again.code, again.stderr]).toEqual([7, expect.stringContaining('is there already')])
    const nowhere = await kit.cli(['export', 'orders', '-o', join(kit.dataDir, 'none', 'a')])
    expect([nowhere.code, nowhere.stderr]).toEqual([7, expect.stringContaining('could not be written')])
  })

  it.each([
    [['export', 'orders', '--format', 'redis-cli', '--newest'], '--newest doesn’t go with --format redis-cli'],
    [['export', 'orders', '--format', 'redis-cli', '--with', 'groups', '--count', '2'], '--with is for a whole stream'],
    [['export', 'orders', '--with', 'groups'], '--with doesn’t go with --format jsonl'],
    [['export', 'orders', '--bodies'], '--bodies doesn’t go with entries'],
    [['export', 'orders', 'billing', '--newest'], '--newest doesn’t go with a group'],
    [['export', 'orders', 'billing', '--groups'], '--groups doesn’t go with a group'],
    [['export', 'orders', 'billing', '--id', '1-0', '--gone'], 'give --id, or what they have to be like'],
    [['export', 'orders', '--find', 'a="'], '--find: This quote is never closed'],
    [['export', 'orders', '--format', 'xml'], '--format takes jsonl, csv, redis-cli, not xml'],
  ])('%j is refused with what to write instead', async (words, said) => {
    const { code, stdout, stderr } = await kit.cli(words)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(said)])
  })

  it('not to a terminal, which would do what a value says', async () => {
    await kit.seed(1)
    const { code, stdout, stderr } = await kit.cli(['export', 'orders'], { columns: 80 })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('give -o FILE')])
  })

  it('what is not there has an exit code', async () => {
    expect(await kit.cli(['export', 'none'])).toMatchObject({ code: 4, stdout: '' })
    await kit.seed(1)
    expect(await kit.cli(['export', 'orders', 'nobody'])).toMatchObject({ code: 4 })
  })
})

describe('as a program', () => {
  async function fill(): Promise<void> {
    const line = kit.direct.pipeline()
    for (let n = 1; n <= 5_000; n += 1) line.xadd('orders', `${n}-0`, 'v', 'x'.repeat(500))
    await line.exec()
  }

  it('ends quietly where nobody reads on, and says where the disk is full', async () => {
    await fill()
    const head = kit.start(['export', 'orders'])
    const ended = kit.ended(head)
    await once(head.stdout ?? head, 'data')
    head.stdout?.destroy()
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
    if (!existsSync('/dev/full')) return
    const full = openSync('/dev/full', 'w')
    const { code, stderr } = await kit.ended(kit.start(['export', 'orders'], { stdout: full }))
    closeSync(full)
    expect([code, stderr.split('\n')[0]]).toEqual([7, 'sluice: what it found can’t be written (ENOSPC)'])
  })
})
