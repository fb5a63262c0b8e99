import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useCli } from './cli-kit'

const kit = useCli()
const kept = (): string[] => {
  const folders = ['backups', 'backups-went'].map((name) => join(kit.dataDir, name))
  return folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
}
function write(content: string | Buffer): string {
  const file = join(kit.dataDir, 'given.jsonl')
  writeFileSync(file, content)
  return file
}
const line = (id: string, fields: unknown = [['a', '1']]): string => `${JSON.stringify({ id, fields })}\n`
const bodies = async (key: string) => (await kit.direct.xrangeBuffer(key, '-', '+')).map(([, fields]) => fields)

describe('sluice import', () => {
  it('adds what export wrote, every byte in its order, for one yes, and takes it back', async () => {
    await kit.direct.xadd('orders', '1-0', 'b', '1', 'a', '2', 'b', '\u2028"é')
    await kit.direct.xadd('orders', '2-0', Buffer.from([0xff, 0]), Buffer.alloc(300_000, 0xfe), '', '')
    await kit.direct.xadd('orders', '3-0', '__proto__', '=1+1')
    const file = join(kit.dataDir, 'orders.jsonl')
    expect((await kit.cli(['export', 'orders', '-o', file])).code).toBe(0)
    const [plan, job] = await kit.json(['import', file, 'copy', '--yes', '--json', '--per-second', '100000'])
    expect(plan).toMatchObject({
      what: 'import-plan',
      entries: 3,
      creates: true,
      firstId: '1-0',
      unsure: 0,
      damaged: 0,
    })
    expect(job).toMatchObject({ what: 'job', state: 'done', counts: { changed: 3 } })
    expect(await bodies('copy')).toEqual(await bodies('orders'))
    const [record] = await kit.json(['journal', '--json'])
    expect(record).toMatchObject({ action: 'restore entries', key: 'copy', summary: { code: 'entry-import.as-new' } })
    expect((await kit.cli(['undo', String(record?.id), '--yes'])).code).toBe(0)
    expect([await kit.direct.xlen('copy'), await kit.direct.xlen('orders')]).toEqual([0, 3])
  })

  it('says whom they will be given, and leaves out what is there', async () => {
    await kit.seed(1, 2)
    const file = write(line('1-0', { item: 'thing 1' }) + line('2-0', { item: 'another' }) + line('3-0'))
    const asked = await kit.cli(['import', file, 'orders'], { columns: 100, answers: ['n'] })
    expect(asked.stdout).toContain('Adds 2 entries')
    expect(asked.stdout).toContain('1 of them is still in orders')
    expect(asked.stdout).toContain('Its group will be given all of them, as new: billing.')
    expect([asked.code, await kit.direct.xlen('orders'), kept()]).toEqual([4, 2, []])
    expect((await kit.cli(['import', file, 'orders', '--yes'])).code).toBe(0)
    expect((await kit.direct.xrange('orders', '(2-0', '+')).map(([, fields]) => fields)).toEqual([
      ['item', 'another'],
      ['a', '1'],
    ])
  })

  it('takes a byte order mark, CRLF, blank lines, and a last line without a line feed', async () => {
    const file = write(`\ufeff${line('1-0').replace('\n', '\r\n')}\r\n\n${line('2-0').trim()}`)
    expect((await kit.cli(['import', file, 'orders', '--yes'])).code).toBe(0)
    expect(await kit.direct.xlen('orders')).toBe(2)
  })

  it('of fields as an object it keeps the order, and each that stands there twice', async () => {
    const objects = [
      '{"id":"1-0","fields":{"2":"first","1":"second","b":"x","b":"y","__proto__":"z"}}',
      '{"fields":{"left":"out"},"id":"2-0","fields":{"raw":{"base64":"/wA="}}}',
    ]
    expect((await kit.cli(['import', write(objects.join('\n')), 'orders', '--yes'])).code).toBe(0)
    const [first, second] = await bodies('orders')
    expect(first?.map(String)).toEqual(['2', 'first', '1', 'second', 'b', 'x', 'b', 'y', '__proto__', 'z'])
    expect(second).toEqual([Buffer.from('raw'), Buffer.from([0xff, 0])])
  })

  it('a script that export wrote makes the same stream again; so does what redis-cli prints', async () => {
    await kit.direct.xadd('orders', '1-0', 'b', '1', 'a', '', 'b', 'a "text"\n')
    await kit.direct.xadd('orders', '2-0', Buffer.from([0xff, 0]), Buffer.alloc(300_000, 0xfe))
    const stored = await kit.direct.xrangeBuffer('orders', '-', '+')
    const exported = join(kit.dataDir, 'orders.redis')
    expect((await kit.cli(['export', 'orders', '--format', 'redis-cli', '-o', exported])).code).toBe(0)
    expect((await kit.cli(['import', exported, 'copy', '--ids', 'keep', '--yes'])).code).toBe(0)
    expect(await kit.direct.xrangeBuffer('copy', '-', '+')).toEqual(stored)
    const printed = write(await kit.redis.cli('--no-raw', 'XRANGE', 'orders', '-', '+'))
    expect((await kit.cli(['import', printed, 'again', '--ids', 'keep', '--yes'])).code).toBe(0)
    expect(await kit.direct.xrangeBuffer('again', '-', '+')).toEqual(stored)
  })

  it('CSV that export wrote makes the same stream again; other CSV adds new entries, as its rows are', async () => {
    await kit.direct.xadd('orders', '1-0', 'b', '1', 'a', '', 'b', '=1+1')
    await kit.direct.xadd(
      'orders',
      '2-0',
      'a',
      '{"base64":"/w=="}',
      Buffer.from([0xff, 0]),
      Buffer.alloc(300_000, 0xfe),
    )
    await kit.direct.xadd('orders', '3-0', '__proto__', "'=1", 'b', ' \r\n"x"', 'a', '3')
    const exported = join(kit.dataDir, 'orders.csv')
    expect((await kit.cli(['export', 'orders', '--format', 'csv', '-o', exported])).code).toBe(0)
    expect((await kit.cli(['import', exported, 'copy', '--ids', 'keep', '--yes'])).code).toBe(0)
    expect(await kit.direct.xrangeBuffer('copy', '-', '+')).toEqual(await kit.direct.xrangeBuffer('orders', '-', '+'))

    const plain = write('item;count\r\nthing 1;2\r\n"thing; 2";\r\n')
    const [plan] = await kit.json(['import', plain, 'orders', '--yes', '--json'])
    expect(plan).toMatchObject({ entries: 2, there: 0, firstId: null, lastId: null })
    expect((await kit.direct.xrange('orders', '(3-0', '+')).map(([, fields]) => fields)).toEqual([
      ['item', 'thing 1', 'count', '2'],
      ['item', 'thing; 2'],
    ])
    const [record] = await kit.json(['journal', '--json'])
    expect((await kit.cli(['undo', String(record?.id), '--yes'])).code).toBe(0)
    expect(await kit.direct.xlen('orders')).toBe(3)
  })

  const good = line('1-0')
  const head = '{"stream":"orders","of":"entries","savedAt":"2026-01-01T00:00:00.000Z"}\n'
  it.each([
    ['cut short', good + '{"id":"2-0","fields":[["a","1', 'Line 2: it is no JSON, or was cut short'],
    ['a script that deletes', 'XADD a 1-0 f v\nXDEL a 1-0\n', 'Line 2: it is no XADD.'],
    ['raw output of redis-cli', '1-0\nf\nv\n', 'Line 1: redis-cli printed this to a pipe'],
    ['no UTF-8', Buffer.concat([Buffer.from(good), Buffer.from([0x22, 0xff, 0x22, 10])]), 'Line 2: it has bytes that'],
    ['NUL bytes', `${good}\0\0\n`, 'Line 2: it is no JSON'],
    ['the same id twice', good + line('2-0') + line('2-0'), 'Line 3: the id 2-0 follows 2-0'],
    ['ids both ways', good + line('3-0') + line('2-0'), 'Line 3: the id 2-0 follows 3-0'],
    ['an id that is none', good + line('x'), 'Line 2: it is no entry'],
    ['an id beyond 64 bits', good + line('18446744073709551616-0'), 'Line 2: it is no entry'],
    ['a number as a value', good + line('2-0', { a: 1 }), 'Line 2: its fields are no list of pairs'],
    ['no fields', good + line('2-0', []), 'Line 2: its fields'],
    ['half a letter', good + '{"id":"2-0","fields":[["a","\\ud83d"]]}\n', 'Line 2: a text in it has half a letter'],
    ['deep JSON', `${good}{"id":"2-0","fields":${'['.repeat(200_000)}${']'.repeat(200_000)}}\n`, 'Line 2: its fields'],
    ['fields in fields', `${good}{"id":"2-0","fields":{"a":{"b":"c"}}}\n`, 'Line 2: its fields'],
    [
      'a deep object',
      `${good}{"id":"2-0","x":${'['.repeat(900)}${']'.repeat(900)},"fields":{"a":"b"}}\n`,
      'Line 2: its fields',
    ],
    ['an export without its end', head + good, 'Line 3: the export’s last line is not here'],
    ['an export of another length', `${head}${good}{"end":{"rows":2}}\n`, 'Line 3: the export’s last line'],
    ['lines behind the end', `${head}${good}{"end":{"rows":1}}\n${line('2-0')}`, 'Line 4: the export’s last line'],
    ['an export of groups', head.replace('entries', 'groups'), 'Line 1: this is no export of entries'],
    ['decoded values', head.replace('"of"', '"as":"decoded","of"'), 'Line 1: this is no export of entries'],
    ['nothing', '', 'There is no entry in the file'],
    ['CSV with a row that is too short', 'a,b\n1,2\n3\n', 'Line 3: it has 1 cell, and the first row 2.'],
    ['a workbook', 'PK\x03\x04', 'Line 1: the file is no text'],
  ])('%s: says which line and what to do, and changes nothing', async (_what, content, said) => {
    const { code, stderr } = await kit.cli(['import', write(content), 'orders', '--yes'])
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
    expect([await kit.direct.exists('orders'), kept()]).toEqual([0, []])
  })

  it('keeps nothing where it is only looked at, where there is no file, and where the server refuses', async () => {
    const file = write(good)
    expect((await kit.cli(['import', file, 'orders', '--dry-run'])).code).toBe(0)
    const none = await kit.cli(['import', join(kit.dataDir, 'none'), 'orders', '--yes'])
    expect([none.code, none.stderr]).toEqual([7, expect.stringContaining('could not be read')])
    expect(await kit.cli(['import', file, 'orders'])).toMatchObject({ code: 4 })
    expect(await kit.cli(['import', file, 'orders', '--yes', '--read-only'])).toMatchObject({ code: 4 })
    await kit.direct.set('text', '1')
    expect(await kit.cli(['import', file, 'text', '--yes'])).toMatchObject({ code: 2 })
    await kit.direct.acl('SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all', '-xadd')
    const words = ['import', file, 'orders', '--yes', '--user', 'reader', '-a', 'secret']
    expect(await kit.cli(words)).toMatchObject({ code: 4 })
    expect([await kit.direct.exists('orders'), kept()]).toEqual([0, []])
  })

  it('what the server has no memory for is told, and what was not added counted', async () => {
    const file = write(good)
    await kit.direct.config('SET', 'maxmemory', '1')
    try {
      const { code, stdout } = await kit.cli(['import', file, 'orders', '--yes', '--table'])
      expect([code, stdout]).toEqual([5, expect.stringMatching(/memory/i)])
    } finally {
      await kit.direct.config('SET', 'maxmemory', '0')
    }
    expect(await kit.direct.exists('orders')).toBe(0)
  })
})

describe('sluice import --ids keep', () => {
  const facts = async (key: string) => {
    const info = (await kit.direct.call('XINFO', 'STREAM', key)) as unknown[]
    const of = (name: string) => info[info.indexOf(name) + 1]
    return [of('length'), of('last-generated-id'), of('entries-added'), of('max-deleted-entry-id')]
  }
  const file = (): string => write([1, 2, 3].map((n) => line(`${n}-0`, [['n', `${n}`]])).join(''))

  it('makes the same stream again: ids, bytes, length, counters; and takes it away by undo', async () => {
    const pipeline = kit.direct.pipeline()
    for (let n = 1; n <= 1_200; n += 1)
      pipeline.xadd('orders', `${n}-${n % 7}`, 'n', Buffer.from([n % 256, 255]), 'n', '')
    await pipeline.exec()
    const exported = join(kit.dataDir, 'orders.jsonl')
    await kit.cli(['export', 'orders', '-o', exported])
    const before = [await kit.direct.xrangeBuffer('orders', '-', '+'), await facts('orders')]
    await kit.direct.rename('orders', 'other')
    const [plan, job] = await kit.json(['import', exported, 'orders', '--ids', 'keep', '--yes', '--json'])
    expect(plan).toMatchObject({ what: 'import-plan', entries: 1_200, blocked: null })
    expect(job).toMatchObject({ state: 'done', counts: { changed: 1_200 } })
    expect([await kit.direct.xrangeBuffer('orders', '-', '+'), await facts('orders')]).toEqual(before)
    expect(await kit.direct.keys('*')).toHaveLength(2)
    const [record] = await kit.json(['journal', '--json'])
    expect((await kit.cli(['undo', String(record?.id), '--yes'])).code).toBe(0)
    expect(await kit.direct.keys('*')).toEqual(['other'])
  })

  it.each([
    ['it was added to', () => kit.direct.xadd('orders', '9-0', 'new', '1')],
    ['a group is there', () => kit.direct.xgroup('CREATE', 'orders', 'billing', '0')],
    [
      'it was made anew',
      async () => [await kit.direct.del('orders'), await kit.direct.xadd('orders', '1-0', 'n', '1')],
    ],
  ])('its undo takes nothing away once %s', async (_what, change) => {
    expect((await kit.cli(['import', file(), 'orders', '--ids', 'keep', '--yes'])).code).toBe(0)
    await change()
    const before = await bodies('orders')
    const [record] = await kit.json(['journal', '--json'])
    expect((await kit.cli(['undo', String(record?.id), '--yes'])).code).not.toBe(0)
    expect(await bodies('orders')).toEqual(before)
  })

  it('touches nothing where the stream is there, is no stream, or the ids do not go up', async () => {
    await kit.direct.xadd('orders', '1-0', 'a', '1')
    await kit.direct.set('text', '1')
    for (const name of ['orders', 'text']) {
      const { code, stderr } = await kit.cli(['import', file(), name, '--ids', 'keep', '--yes'])
      expect([[4, 2].includes(code ?? 0), stderr]).toEqual([true, expect.stringMatching(/exists already|no stream/)])
    }
    const down = await kit.cli(['import', write(line('2-0') + line('1-0')), 'new', '--ids', 'keep', '--yes'])
    expect([down.code, down.stderr]).toEqual([2, expect.stringContaining('Line 2: the id 1-0 follows 2-0')])
    const zero = await kit.cli(['import', write(line('0-0')), 'new', '--ids', 'keep', '--yes'])
    expect([zero.code, zero.stderr]).toEqual([4, expect.stringContaining('0-0')])
    const none = await kit.cli(['import', write('a,b\n1,2\n'), 'new', '--ids', 'keep', '--yes'])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('Line 1: the entries have no ids')])
    const both = await kit.cli(['import', file(), 'new', '--ids', 'keep', '--provenance', '--yes'])
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--provenance doesn’t go with --ids keep')])
    expect([await kit.direct.xlen('orders'), (await kit.direct.keys('*')).sort(), kept()]).toEqual([
      1,
      ['orders', 'text'],
      [],
    ])
  })
})

describe('the program', () => {
  it('takes what is piped in', async () => {
    const child = kit.start(['import', '-', 'orders', '--yes'])
    child.stdin?.end(`${JSON.stringify({ id: '1-0', fields: { a: '1' } })}\n`)
    const { code } = await kit.ended(child)
    expect([code, await bodies('orders')]).toEqual([0, [[Buffer.from('a'), Buffer.from('1')]]])
  })
})
