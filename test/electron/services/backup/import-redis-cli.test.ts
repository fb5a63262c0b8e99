import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { cliWords } from '../../../../electron/services/backup/cli-words'
import { peek } from '../../../../electron/services/backup/import-format'
import { redisCliReads } from '../../../../electron/services/backup/import-redis-cli'
import type { ImportRead } from '../../../../electron/services/backup/import-read'
import { fromBuffer } from '../../../../electron/redis/bytes'
import { quotedArgument } from '../../../../shared/bytes'
import { sentence } from '../../../../shared/words/messages'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { piecesOf, said } from './import-kit'

async function reads(content: string | Buffer, size = 1_000, most = 4_096): Promise<ImportRead[]> {
  const { format, cli, chunks } = await peek(piecesOf(Buffer.from(content), size))
  expect(format).toBe('redis-cli')
  const found: ImportRead[] = []
  for await (const read of redisCliReads(chunks, cli, most)) found.push(read)
  return found
}
const told = async (content: string | Buffer, size?: number, most?: number) =>
  (await reads(content, size, most)).map(said)

describe('a script', () => {
  test.each<[string, string, readonly unknown[]]>([
    ['of entries', "XADD a 1-0 f v\nxadd a 2-0 f \"v w\" g 'it\\'s'\r\n", ['1-0 f v', "2-0 f v w g it's"]],
    ['of new ones', 'XADD a * f v\n\nXADD a NOMKSTREAM * f w', ['no-ids', '0-1 f v', '0-2 f w']],
    ['with what is beside them', 'XADD a 1-0 f v\nXGROUP CREATE a g 0\nXCLAIM a g c 0 1-0\n', ['1-0 f v']],
    ['of an export', 'ECHO begin\nXADD a 1-0 f v\nXSETID a 9-0\nECHO end\n', ['1-0 f v']],
    [
      'of an export that was cut short',
      'ECHO begin\nXADD a 1-0 f v\n',
      ['1-0 f v', 'Line 3: the export’s last line is not here, or says another number of rows: the file is not whole.'],
    ],
    ['that deletes', 'XADD a 1-0 f v\nXDEL a 1-0\n', ['1-0 f v', 'Line 2: it is no XADD.']],
    [
      'of two streams',
      'XADD a 1-0 f v\nXADD b 2-0 f v\nXADD a 3-0 f v\n',
      ['1-0 f v', 'Line 2: it is for another stream than the lines before it.'],
    ],
    ['that trims', 'XADD a MAXLEN 5 1-0 f v\n', ['Line 1: no entry id, and no *, follows the name of the stream.']],
    ['of an id in part', 'XADD a 5-* f v\n', ['Line 1: no entry id, and no *, follows the name of the stream.']],
    [
      'of nothing',
      'XADD \nXADD a\nXADD a 1-0\nXADD a 2-0 f\n',
      [
        'Line 1: no entry id, and no *, follows the name of the stream.',
        'Line 2: no entry id, and no *, follows the name of the stream.',
        'Line 3: a field has no value, or there is none.',
        'Line 4: a field has no value, or there is none.',
      ],
    ],
    [
      'with an open quote',
      'XADD a 1-0 f "v\nXADD a 2-0 f "v"w\n',
      [1, 2].map((line) => `Line ${line}: a quote in it is not closed, or something follows the closing one.`),
    ],
    [
      'of which some have ids',
      'XADD a 1-0 f v\nXADD a * f v\n',
      ['1-0 f v', 'Line 2: it has no id, and entries before it have one.'],
    ],
    [
      'with a line that is too long',
      `XADD a 1-0 f ${'v'.repeat(5_000)}`,
      [expect.stringMatching(/^Line 1: it is longer than 4\.0 KiB\.$/)],
    ],
  ])('%s', async (_, text, lines) => {
    expect(await told(text)).toEqual(lines)
    expect(await told(text, 3)).toEqual(lines)
  })

  test('has any bytes, as they are quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1 }), (words) => {
        const line = words.map((word) => quotedArgument(fromBuffer(Buffer.from(word)))).join(' ')
        expect(cliWords(Buffer.from(line))?.map((word) => [...word])).toEqual(words.map((word) => [...word]))
      }),
    )
  })
})

const ENTRIES = '1) 1) "1-0"\n   2) 1) "f"\n      2) "v"\n2) 1) "2-0"\n   2) 1) "f"\n      2) "w"\n'
const NO_REPLY = 'this is no reply to XRANGE as redis-cli prints it.'

describe('a reply', () => {
  test.each<[string, string, readonly unknown[]]>([
    ['of entries', ENTRIES, ['1-0 f v', '2-0 f w']],
    [
      'copied from a terminal',
      `127.0.0.1:6379> XRANGE a - +\r\n${ENTRIES.replaceAll('\n', '\r\n')}(0.71s)\r\n`,
      ['1-0 f v', '2-0 f w'],
    ],
    [
      'of one stream that is read',
      '1) 1) "a"\n   2) 1) 1) "1-0"\n         2) 1) "f"\n            2) "v"\n',
      ['1-0 f v'],
    ],
    [
      'of two streams',
      '1) 1) "a"\n   2) 1) 1) "1-0"\n         2) 1) "f"\n            2) "v"\n2) 1) "b"\n   2) 1) 1) "2-0"\n         2) 1) "f"\n            2) "v"\n',
      [`Line 5: ${NO_REPLY}`],
    ],
    ['that ends in an entry', '1) 1) "1-0"\n   2) 1) "f"\n', ['Line 1: a field has no value, or there is none.']],
    ['that ends in a line', ENTRIES.slice(0, -2), ['1-0 f v', `Line 6: ${NO_REPLY}`]],
    ['of an id alone', '1) 1) "1-0"\n', [`Line 1: ${NO_REPLY}`]],
    [
      'in which a line is missing',
      ENTRIES.replace('      2) "v"\n', ''),
      ['Line 1: a field has no value, or there is none.'],
    ],
    ['in which an entry is missing', ENTRIES.replace('2) 1) "2-0"', '3) 1) "2-0"'), [`Line 4: ${NO_REPLY}`]],
    ['that is moved in otherwise', ENTRIES.replace('      2) "v"', '    2) "v"'), [`Line 3: ${NO_REPLY}`]],
    ['of a name twice', '1) 1) "a"\n   2) "b"\n', [`Line 2: ${NO_REPLY}`]],
    ['without fields', '1) 1) "1-0"\n   2) (empty array)\n', [`Line 2: ${NO_REPLY}`]],
    ['of XPENDING', '1) 1) "1-0"\n   2) "ann"\n   3) (integer) 5\n   4) (integer) 1\n', [`Line 2: ${NO_REPLY}`]],
    ['of an id that is none', '1) 1) "x"\n   2) 1) "f"\n      2) "v"\n', [`Line 2: ${NO_REPLY}`]],
  ])('%s', async (_, text, lines) => {
    expect(await told(text)).toEqual(lines)
    expect(await told(text, 5)).toEqual(lines)
  })
})

describe('JSON of redis-cli', () => {
  test.each<[string, string, readonly unknown[]]>([
    ['of entries', '[["1-0",["f","v"]],\n ["2-0",["f","w","a[]\\"","]"]]]\n', ['1-0 f v', '2-0 f w a[]" ]']],
    [
      'that was cut short',
      '[["1-0",["f","v"]],["2-0",["f"',
      ['1-0 f v', 'Entry 2: the list ends before it is closed: the file was cut short.'],
    ],
    ['of an odd one', '[["1-0",["f","v"]],["2-0",["f"]]]', ['1-0 f v', `Entry 2: ${NO_REPLY}`]],
    ['of a number', '[["1-0",["f",5]]]', [`Entry 1: ${NO_REPLY}`]],
    [
      'of half a letter',
      '[["1-0",["f","\\ud83d"]]]',
      ['Entry 1: a text in it has half a letter (\\ud800 to \\udfff alone), which no bytes stand for.'],
    ],
    ['and more', '[["1-0",["f","v"]]] [["2-0",["f","v"]]]', ['1-0 f v', `Entry 2: ${NO_REPLY}`]],
    [
      'that is too long',
      `[["1-0",["f","${'v'.repeat(5_000)}"]]]`,
      [expect.stringMatching(/^Entry 1: it is longer than 4\.0 KiB\.$/)],
    ],
  ])('%s', async (_, text, lines) => {
    expect(await told(text)).toEqual(lines)
  })

  test('of bytes that are no UTF-8 is refused with what keeps them', async () => {
    const [read] = await reads(Buffer.concat([Buffer.from('[["1-0",["f","'), Buffer.of(0xff), Buffer.from('"]]]')]))
    expect(read?.kind === 'fault' && sentence(read.fault.data.remedy)).toBe(
      'Run redis-cli with --no-raw instead of --json: it keeps all bytes.',
    )
  })
})

describe('what is hostile is refused before it takes much', () => {
  const MANY = 200_001
  test.each<[string, string, string]>([
    [
      'a script of empty words',
      `XADD a 1-0${' ""'.repeat(MANY)}\n`,
      'Line 1: it has more than 100 000 cells or fields.',
    ],
    [
      'a script of short ones',
      `XADD a 1-0${' a'.repeat(2_000_000)}\n`,
      'Line 1: it has more than 100 000 cells or fields.',
    ],
    ['JSON of many', `[["1-0",[${'"",'.repeat(MANY)}""]]]`, 'Entry 1: it has more than 100 000 cells or fields.'],
    [
      'JSON of no texts',
      `[["1-0",[${'1,'.repeat(2_000_000)}1]]]`,
      'Entry 1: it has more than 100 000 cells or fields.',
    ],
    ['deep JSON', `[["1-0",${'['.repeat(200_000)}`, `Entry 1: ${NO_REPLY}`],
  ])('%s', async (_, text, why) => {
    expect(await told(text, 1 << 16, 1 << 24)).toEqual([why])
  })

  test('a reply whose entry is larger than a line may be', async () => {
    const text = `1) 1) "1-0"\n   2)  1) "f"\n${Array.from({ length: 8 }, (_, at) => `       ${at + 2}) "${'v'.repeat(900)}"\n`).join('')}`
    expect(await told(text)).toEqual([expect.stringMatching(/^Line 7: it is longer than 4\.0 KiB\.$/)])
  })
})

test.each([
  ['1-0\nf\nv\n', 'Line 1: redis-cli printed this to a pipe, where nothing tells where a value ends.'],
  ['"1-0","f","v"\n', 'Line 1: redis-cli --csv printed this, where nothing tells where an entry ends.'],
])('what nobody can take apart is refused: %j', async (text, why) => {
  expect(await told(text)).toEqual([why])
})

describe('what a redis-cli prints', () => {
  let redis: TestRedis
  let direct: Redis
  useEmptiedServer({}, async (server, client) => {
    ;[redis, direct] = [server, client]
    await direct.ping()
  })

  test('is read as it is stored, whatever it is', async () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom('1) 1) "1-0"', '2) "x"', '"', '\\', '\n', ' ', '', '(nil)').map((text) => Buffer.from(text)),
    )
    const fields = fc.array(fc.tuple(part, part), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(fields, { minLength: 1, maxLength: 12 }), fc.boolean(), async (entries, isBack) => {
        await direct.del('orders')
        for (const [at, pairs] of entries.entries()) await direct.xadd('orders', `${at + 1}-0`, ...pairs.flat())
        const range = isBack ? ['XREVRANGE', 'orders', '+', '-'] : ['XRANGE', 'orders', '-', '+']
        const found = await reads(await redis.cli('--no-raw', ...range))
        const wanted = entries.map((pairs, at) => [`${at + 1}-0`, ...pairs.flat().map((each) => each.toString('hex'))])
        const got = found.map((read) =>
          read.kind === 'entry'
            ? [read.entry.id, ...read.entry.fields.map((each) => each.toString('hex'))]
            : said(read),
        )
        expect(got).toEqual(isBack ? wanted.reverse() : wanted)
      }),
      { numRuns: 15 },
    )
  })

  test('of XREAD is read too, and so is its JSON; what tells no bounds is refused', async () => {
    await direct.xadd('orders', '1-0', 'f', 'é "v"', 'g', '')
    await direct.xadd('orders', '2-0', 'f', 'w')
    const wanted = ['1-0 f é "v" g ', '2-0 f w']
    expect(await told(await redis.cli('--no-raw', 'XREAD', 'STREAMS', 'orders', '0'))).toEqual(wanted)
    const json = await redis.cli('--json', 'XRANGE', 'orders', '-', '+').catch(() => null)
    if (json !== null) expect(await told(json)).toEqual(wanted)
    const raw = await redis.cli('XRANGE', 'orders', '-', '+')
    expect(await told(raw)).toEqual([expect.stringContaining('printed this to a pipe')])
    const csv = await redis.cli('--csv', 'XRANGE', 'orders', '-', '+')
    expect(await told(csv)).toEqual([expect.stringContaining('--csv printed this')])
  })
})
