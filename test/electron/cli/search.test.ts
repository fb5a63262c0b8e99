import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EVERY_ENTRY } from '../../../shared/model/entry-query'
import { useCli } from './cli-kit'

const kit = useCli()

async function fill(count: number, fields: (n: number) => readonly (string | Buffer)[]): Promise<void> {
  for (let from = 1; from <= count; from += 1_000) {
    const line = kit.direct.pipeline()
    for (let n = from; n < from + 1_000 && n <= count; n += 1) line.xadd('orders', `${n}-0`, ...fields(n))
    await line.exec()
  }
}
async function ids(...words: string[]): Promise<unknown[]> {
  return (await kit.json(['search', 'orders', ...words])).map(({ id }) => id)
}

describe('sluice search', () => {
  it('finds what is like the query, from either end, between ids, so many', async () => {
    await fill(1_700, (n) => ['n', String(n), 'kind', n % 3 === 0 ? 'fizz' : 'none'])
    expect(await ids('kind=fizz', '--count', '2')).toEqual(['1698-0', '1695-0'])
    expect(await ids('kind=fizz', '--count', '2', '--oldest')).toEqual(['3-0', '6-0'])
    expect(await ids('kind=fizz', '--since', '10-0', '--until', '15')).toEqual(['15-0', '12-0'])
    expect(await ids('n=17 OR n=1699')).toEqual(['1699-0', '17-0'])
    expect(await ids('n~/^1[67].3$/ -@any~/FIZZ/i')).toEqual(
      [1693, 1673, 1663, 1643, 1633, 1613, 1603].map((n) => `${n}-0`),
    )
    // More than one call of the host gives.
    expect(await ids('kind=fizz')).toHaveLength(566)
    expect(new Set(await ids('kind=fizz', '--oldest'))).toHaveLength(566)
    expect(await ids('--', '-kind=none')).toHaveLength(566)
  })

  it('ends as grep does: 0 where something was found, 1 where nothing, in both cases without a word in a pipe', async () => {
    await fill(3, (n) => ['n', String(n)])
    expect(await kit.cli(['search', 'orders', 'n=2'])).toMatchObject({ code: 0, stderr: '' })
    expect(await kit.cli(['search', 'orders', 'n=4'])).toEqual({ code: 1, stdout: '', stderr: '' })
    expect(await kit.cli(['search', 'orders', 'n=2', '--since', '3'])).toEqual({ code: 1, stdout: '', stderr: '' })
  })

  it('says of how many it could not tell', async () => {
    await fill(2, (n) => ['v', n === 2 ? 'ab'.repeat(100_000) : 'abbac'])
    const { code, stderr } = await kit.cli(['search', 'orders', 'v~/(?:a|b)*a(?:a|b){0,200}[cd]/'], { columns: 60 })
    expect(code).toBe(0)
    expect(stderr).toContain('1 entry too large to be gone through whole')
  })

  it('on a terminal it is a table of up to a hundred, with how far it is beside it', async () => {
    await fill(250, (n) => ['n', String(n)])
    const { code, stdout, stderr } = await kit.cli(['search', 'orders', 'n>=1'], { columns: 60, answers: [] })
    expect(code).toBe(0)
    const [head, first, ...rest] = stdout.trim().split('\n')
    expect([head, first, rest.length]).toEqual(['ID     SIZE  FIELDS', '250-0   4 B  n=250', 99])
    expect(stderr).toContain('Searching: 100 entries read, 100 found')
    expect(stderr).toMatch(/There may be more: --count says how many are looked for\.\n$/)
    expect(await kit.cli(['search', 'orders', 'n=4711'], { columns: 60 })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Nothing is like that\n',
    })
  })

  it('any bytes, and what is long: cut as in a list, or whole', async () => {
    await fill(2, (n) => ['b', Buffer.from([n, 0xff]), 'long', 'y'.repeat(100_000)])
    expect(await ids('b="\\x02\\xff"')).toEqual(['2-0'])
    const [cut] = await kit.json(['search', 'orders', 'b:"\\x02"'])
    expect(cut).toMatchObject({ fields: [{ value: { base64: 'Av8=' } }, { cut: true, size: 100_000 }] })
    const [whole] = await kit.json(['search', 'orders', 'b:"\\x02"', '--whole'])
    expect(whole).toMatchObject({ fields: [{}, { cut: false, value: 'y'.repeat(100_000) }] })
  })

  it.each([
    [['orders', 'a="b'], 2, /^sluice: QUERY: This quote is never closed: add " \(at character 3\)\n$/],
    [['orders', ''], 2, /name what to look for, QUERY/],
    [['orders', 'total>many'], 2, /QUERY: This sign compares with a number.*\(at character 7\)/],
    [['orders'], 2, /name what to look for, QUERY/],
    [['orders', 'a', 'b'], 2, /takes 2 arguments, and b is one more/],
    [['orders', 'a', '--since', 'never'], 2, /--since takes an id, 2021-05-15/],
    [['orders', 'a', '--count', '0'], 2, /--count takes a whole number/],
    [['nothing', 'a'], 4, /nothing/],
    [['text', 'a'], 4, /WRONGTYPE/],
  ] as const)('%j is refused', async (words, exit, says) => {
    await kit.direct.set('text', 'a')
    const { code, stdout, stderr } = await kit.cli(['search', ...words])
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(stderr).toMatch(says)
  })

  it('whoever may not read the stream is told so', async () => {
    await fill(1, () => ['a', 'b'])
    await kit.direct.call('ACL', 'SETUSER', 'blind', 'on', '>x', '~*', '+@all', '-xrange', '-xrevrange')
    const { code, stdout, stderr } = await kit.cli(['search', 'orders', 'a', '--user', 'blind', '-a', 'x'])
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toContain('NOPERM')
  })

  it('where the server is lost in the midst, what was found is there, and the exit code says the rest', async () => {
    await fill(30_000, (n) => ['n', String(n)])
    const child = kit.start(['search', 'orders', 'n=1 OR n=30000', '--oldest'])
    child.stdout?.once('data', () => void kit.direct.call('CLIENT', 'KILL', 'SKIPME', 'yes'))
    const { code, stdout, stderr } = await kit.ended(child)
    expect(code).toBe(3)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(stderr).not.toBe('')
  })

  it('ends quietly when nobody reads any more', async () => {
    await fill(30_000, () => ['a', 'b'])
    const child = kit.start(['search', 'orders', 'a=b'])
    child.stdout?.once('data', () => child.stdout?.destroy())
    expect(await kit.ended(child)).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('--utc', () => {
  it('reads and shows times in UTC, and without it as TZ has them', async () => {
    const at = Date.UTC(2021, 4, 15, 4, 55)
    await kit.direct.xadd('timed', `${at}-0`, 'n', '1')
    const asked = ['search', 'timed', 'n=1', '--since', '2021-05-15 04:55', '--until', '2021-05-15 04:56']
    const utc = await kit.cli([...asked, '--utc'], { columns: 120 })
    expect([utc.code, utc.stdout + utc.stderr]).toEqual([0, expect.stringContaining('2021-05-15 04:55:00.000 UTC')])
    const before = process.env['TZ']
    process.env['TZ'] = 'Asia/Tokyo'
    try {
      const local = await kit.cli(asked, { columns: 120 })
      expect([local.code, local.stdout + local.stderr]).toEqual([1, expect.stringContaining('+09:00')])
    } finally {
      if (before === undefined) delete process.env['TZ']
      else process.env['TZ'] = before
    }
  })
})

describe('sluice search --saved', () => {
  it('takes query, range and order of the window’s, and is refused for a stream that it is not for', async () => {
    await fill(20, (n) => ['n', String(n)])
    await kit.save({ ...kit.redis.connection(), name: 'shop' })
    const query = [[{ not: false, subject: { kind: 'field', name: 'n' }, how: 'above', value: '3' }]]
    const name = 'above "3" — 😀'
    const saved = { id: '1', name, stream: 'ord*', query, from: '2-0', to: '8-0', zone: 'UTC', order: 'oldest' }
    const [shop] = JSON.parse(readFileSync(join(kit.dataDir, 'connections.json'), 'utf8')).connections as {
      id: string
    }[]
    const file = { searches: [{ ...saved, connectionId: shop?.id }] }
    writeFileSync(join(kit.dataDir, 'saved-searches.json'), JSON.stringify(file))
    const on = ['--connection', 'shop', '--saved', name]
    const found = await kit.json(['search', 'orders', ...on], { nowhere: true })
    expect(found.map(({ id }) => id)).toEqual(['4-0', '5-0', '6-0', '7-0', '8-0'])
    const fewer = await kit.json(['search', 'orders', ...on, '--since', '7-0'], { nowhere: true })
    expect(fewer.map(({ id }) => id)).toEqual(['7-0', '8-0'])
    for (const words of [
      ['search', 'jobs', ...on],
      ['search', 'orders', '--connection', 'shop', '--saved', 'other'],
      ['search', 'orders', 'n=1', ...on],
      ['search', 'orders'],
    ]) {
      expect((await kit.cli(words, { nowhere: true })).code, words.join(' ')).toBe(2)
    }
  })

  it('reads its ends in the zone they were meant in, whatever is shown here', async () => {
    const noon = Date.UTC(2021, 4, 15, 3)
    for (const by of [-1, 0, 1]) await kit.direct.xadd('orders', `${noon + by * 60_000}-0`, 'n', '1')
    await kit.save({ ...kit.redis.connection(), name: 'shop' })
    const [shop] = JSON.parse(readFileSync(join(kit.dataDir, 'connections.json'), 'utf8')).connections as {
      id: string
    }[]
    const ends = { from: '2021-05-15 12:00', to: '2021-05-15 12:00:30', zone: 'Asia/Tokyo' }
    const saved = { id: '1', name: 'noon', stream: '*', query: EVERY_ENTRY, order: 'oldest', ...ends }
    const file = { searches: [{ ...saved, connectionId: shop?.id }] }
    writeFileSync(join(kit.dataDir, 'saved-searches.json'), JSON.stringify(file))
    for (const utc of [[], ['--utc']]) {
      const words = ['search', 'orders', '--connection', 'shop', '--saved', 'noon', ...utc]
      expect((await kit.json(words, { nowhere: true })).map(({ id }) => id)).toEqual([`${noon}-0`])
    }
  })
})
