import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { AS_ADMIN } from '../../helpers/callers'
import { createTestBackend } from '../../helpers/test-backend'
import { useCli } from './cli-kit'

const kit = useCli()

/** Spans of time move while a test runs. */
function still(text: string): string {
  return text.replace(/\d+ (?:ms|s)\b/g, 'TIME').replace(/ +/g, ' ')
}

describe('on a terminal', () => {
  it('streams are a table, by name, and a pattern chooses among them', async () => {
    await kit.seed(3, 5)
    await kit.direct.xadd('audit', '7-0', 'a', 'b')
    const { code, stdout, stderr } = await kit.cli(['streams'], { columns: 80 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(
      [
        'STREAM  LENGTH  GROUPS  PENDING  LAG  LAST ID',
        'audit        1       0        0    -  7-0',
        'orders       5       1        3    2  5-0',
        '',
      ].join('\n'),
    )
    expect((await kit.cli(['streams', 'or*'], { columns: 80 })).stdout).not.toContain('audit')
  })

  it('groups, consumers and pending entries say what they are', async () => {
    await kit.seed(2, 3)
    expect((await kit.cli(['groups', 'orders'], { columns: 80 })).stdout).toBe(
      [
        'GROUP    CONSUMERS  PENDING  LAG  LAST DELIVERED  OLDEST',
        'billing          2        2    1  2-0             1-0',
        '',
      ].join('\n'),
    )
    expect(still((await kit.cli(['consumers', 'orders', 'billing'], { columns: 80 })).stdout)).toBe(
      ['CONSUMER HEALTH PENDING IDLE OLDEST', 'worker-3 active 2 TIME TIME', 'worker-1 active 0 TIME -', ''].join('\n'),
    )
    const pending = await kit.cli(['pending', 'orders', 'billing', '--bodies'], { columns: 80 })
    expect(still(pending.stdout)).toBe(
      [
        'ID CONSUMER IDLE DELIVERIES FIELDS',
        '1-0 worker-3 TIME 1 item=thing 1',
        '2-0 worker-3 TIME 1 item=thing 2',
        '',
      ].join('\n'),
    )
  })

  it('of a stream that can’t be read nothing is 0', async () => {
    await kit.seed(3)
    await kit.direct.call('ACL', 'SETUSER', 'blind', 'on', '>x', '~*', '+@all', '-xinfo')
    const { stdout } = await kit.cli(['streams', '--user', 'blind', '-a', 'x'], { columns: 200 })
    expect(stdout.split('\n')[1]).toMatch(/^orders .*NOPERM.* unknown +unknown +unknown +unknown$/)
  })

  it('a table is as wide as the terminal, and cuts in the midst of names', async () => {
    await kit.direct.xadd(`orders:${'x'.repeat(200)}:end`, '1-0', 'a', 'b')
    const { stdout } = await kit.cli(['streams'], { columns: 60 })
    expect(stdout.split('\n').every((line) => line.length <= 60)).toBe(true)
    expect(stdout).toMatch(/orders:x+…x+:end/)
  })

  it('what there is none of is said beside the output', async () => {
    expect(await kit.cli(['streams'], { columns: 80 })).toEqual({ code: 0, stdout: '', stderr: 'No streams.\n' })
    expect((await kit.cli(['journal'], { columns: 80 })).stderr).toBe('Nothing was changed from here yet.\n')
    expect((await kit.cli(['jobs'], { columns: 80 })).stderr).toBe('Nothing is being changed.\n')
  })

  it('colours only where they are wanted', async () => {
    await kit.direct.xadd('a', '1-0', 'a', 'b')
    const coloured = await kit.cli(['streams'], { columns: 80, env: { NO_COLOR: '' } })
    expect(coloured.stdout).toContain('\u001b[1mSTREAM\u001b[0m')
    expect((await kit.cli(['streams'], { columns: 80 })).stdout).not.toContain('\u001b')
  })
})

describe('in a pipe', () => {
  it('each row is one object a line, as the contract has it', async () => {
    await kit.seed(2, 3)
    expect(await kit.json(['groups', 'orders'])).toEqual([
      expect.objectContaining({
        name: 'billing',
        pending: 2,
        lag: { value: 1, kind: 'exact' },
        oldestPendingId: '1-0',
      }),
    ])
    expect(await kit.json(['entries', 'orders', '--count', '2'])).toEqual([
      expect.objectContaining({ id: '3-0', fields: [expect.objectContaining({ name: 'item', value: 'thing 3' })] }),
      expect.objectContaining({ id: '2-0' }),
    ])
    const { stdout, stderr } = await kit.cli(['entries', 'orders', '--count', '2'])
    expect(stdout.trim().split('\n')).toHaveLength(2)
    expect(stderr).toContain('There are more')
  })

  it('entries go both ways, between ids, and whole', async () => {
    await kit.seed(1, 9)
    await kit.direct.xadd('orders', '10-0', 'long', 'y'.repeat(100_000))
    const ids = async (...flags: string[]) => (await kit.json(['entries', 'orders', ...flags])).map(({ id }) => id)
    expect(await ids('--oldest', '--since', '3-0', '--until', '5-0')).toEqual(['3-0', '4-0', '5-0'])
    expect(await ids('--since', '3-0', '--until', '5-0')).toEqual(['5-0', '4-0', '3-0'])
    expect(await ids('--oldest', '--count', '2')).toEqual(['1-0', '2-0'])
    const [cut] = await kit.json(['entries', 'orders', '--count', '1'])
    const [whole] = await kit.json(['entries', 'orders', '--count', '1', '--whole'])
    expect(cut).toMatchObject({ fields: [{ cut: true, size: 100_000 }] })
    expect(whole).toMatchObject({ fields: [{ cut: false, value: 'y'.repeat(100_000) }] })
  })

  it('pending entries are found by what they are like, over more than one page', async () => {
    await kit.seed(2_500)
    await kit.direct.xclaim('orders', 'billing', 'worker-1', 0, '2400-0', 'RETRYCOUNT', 9)
    const ids = async (...flags: string[]) =>
      (await kit.json(['pending', 'orders', 'billing', ...flags])).map(({ id }) => id)
    expect(await ids('--count', '2200')).toHaveLength(2_200)
    expect(await ids('--min-deliveries', '9')).toEqual(['2400-0'])
    expect(await ids('--consumer', 'worker-1')).toEqual(['2400-0'])
    expect(await ids('--since', '2399-0', '--until', '2400-0')).toEqual(['2399-0', '2400-0'])
    await kit.direct.xdel('orders', '7-0')
    expect(await ids('--gone')).toEqual(['7-0'])
    expect(await ids('--find', 'item="thing 12" OR item:nothing')).toEqual(['12-0'])
    expect(await ids('--min-idle', '1d')).toEqual([])
  })

  it('tail shows what comes from now on, and ends after so many', async () => {
    await kit.seed(1)
    const tail = kit.cli(['tail', 'orders', '--count', '2'])
    await expect.poll(async () => /cmd=xread /.test((await kit.direct.client('LIST')) as string)).toBe(true)
    await kit.direct.xadd('orders', '5-0', 'a', '1')
    await kit.direct.xadd('orders', '6-0', 'a', '2')
    const { code, stdout } = await tail
    expect(code).toBe(0)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual(['5-0', '6-0'])
  })
})

it('tail --find shows what is like that, and counts the rest', async () => {
  await kit.seed(1)
  const tail = kit.cli(['tail', 'orders', '--count', '2', '--find', 'kind=good'], { columns: 80, answers: [] })
  await expect.poll(async () => /cmd=xread /.test((await kit.direct.client('LIST')) as string)).toBe(true)
  for (let n = 5; n <= 25; n += 1) await kit.direct.xadd('orders', `${n}-0`, 'kind', n % 10 === 0 ? 'good' : 'bad')
  const { code, stdout, stderr } = await tail
  expect({ code, stdout }).toEqual({ code: 0, stdout: '10-0 kind=good\n20-0 kind=good\n' })
  expect(stderr).toMatch(/entries passed over: not what is looked for\.\n$/)
  expect(await kit.cli(['tail', 'orders', '--find', 'a="b'])).toMatchObject({ code: 2, stdout: '' })
})

describe('a report', () => {
  it('of nothing that needs a look ends with 0', async () => {
    await kit.direct.xadd('orders', '1-0', 'a', 'b')
    const { code, stderr } = await kit.cli(['report'], { columns: 100 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Nothing needs a look.\n' })
    expect((await kit.json(['report'])).at(-1)).toEqual({
      what: 'end',
      streams: 1,
      groups: 0,
      findings: 0,
      snoozed: 0,
      notKnown: 0,
      notPeeked: 0,
      isWhole: true,
    })
  })

  it('that could not look at all of it ends with 5, and says no more than it saw', async () => {
    await kit.seed(3)
    await kit.direct.call('ACL', 'SETUSER', 'blind', 'on', '>x', '~*', '+@all', '-xpending')
    const { code, stderr } = await kit.cli(['report', '--user', 'blind', '-a', 'x'], { columns: 100 })
    expect(code).toBe(5)
    expect(stderr).toContain('In what was seen nothing needs a look.')
    expect(stderr).not.toContain('Nothing needs a look')
  })

  it('of no streams at all ends with 0 as well', async () => {
    expect(await kit.cli(['report'], { columns: 100 })).toEqual({ code: 0, stdout: '', stderr: 'No streams.\n' })
  })

  it('of entries that keep failing ends with 6, and names them with a remedy', async () => {
    await kit.seed(3)
    await kit.direct.xclaim('orders', 'billing', 'worker-3', 0, '2-0', 'RETRYCOUNT', 40)
    const { code, stdout, stderr } = await kit.cli(['report'], { columns: 100 })
    expect(code).toBe(6)
    expect(stdout).toContain(
      'Entry that keeps failing: Entry 2-0 of orders / billing was delivered 40 times and is still not acked.',
    )
    expect(stdout).toMatch(/ {2}sluice dead-letter orders billing --min-deliveries \d+ -p \d+ --data-dir \S+\n/)
    expect(stderr).toContain('1 finding needs a look.')
    const [finding] = await kit.json(['report'])
    expect(finding).toMatchObject({
      what: 'finding',
      kind: 'poison',
      health: 'bad',
      stream: 'orders',
      group: 'billing',
    })
  })

  it('of pending entries that are gone ends with 1', async () => {
    await kit.seed(3)
    await kit.direct.xdel('orders', '1-0')
    const [finding] = await kit.json(['report'])
    const remedy = `sluice ack orders billing --gone -p ${kit.redis.port} --data-dir ${kit.dataDir}`
    expect(finding).toMatchObject({ kind: 'gone', health: 'warn', remedy })
    expect((await kit.cli(['report'])).code).toBe(1)
  })

  it('leaves out what is snoozed on its connection, and counts it', async () => {
    await kit.seed(3)
    await kit.direct.xclaim('orders', 'billing', 'worker-3', 0, '2-0', 'RETRYCOUNT', 40)
    await kit.save({ name: 'one' })
    const way = { nowhere: true } as const
    const [finding] = await kit.json(['report', '--connection', 'one'], way)
    const backend = await createTestBackend(kit.dataDir)
    const api = createRouterClient(backend.router, { context: AS_ADMIN })
    const [connection] = await api.connection.list()
    const about = {
      findingId: String(finding?.['id']),
      kind: 'poison',
      key: 'orders',
      group: 'billing',
      reason: 'known',
    }
    await api.monitoring.snooze({ connectionId: connection?.id ?? '', ...about, forMs: 3_600_000 })
    await backend.close()
    const { code, stdout, stderr } = await kit.cli(['report', '--connection', 'one'], { ...way, columns: 100 })
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'Nothing needs a look but what is snoozed.\n1 finding is snoozed.\n',
    })
    expect(stdout).not.toContain('keeps failing')
    const end = (await kit.json(['report', '--connection', 'one'], way)).at(-1)
    expect(end).toMatchObject({ what: 'end', findings: 0, snoozed: 1 })
    expect((await kit.cli(['report'])).code).toBe(6)
  })

  it('reads several hundred streams to the last', async () => {
    const line = kit.direct.pipeline()
    for (let n = 0; n < 700; n += 1) line.xadd(`s${n}`, '1-0', 'a', 'b').xgroup('CREATE', `s${n}`, 'g', '0')
    await line.exec()
    expect((await kit.json(['report'])).at(-1)).toMatchObject({ streams: 700, groups: 700, isWhole: true })
  })
})
