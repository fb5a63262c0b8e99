import { expect, it } from 'vitest'
import { useCli } from './cli-kit'

const kit = useCli()

/** What a terminal obeys, and what turns, hides or breaks lines: none of it may get through. */
const OBEYED =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]|(?!\u200c|\u200d|\ufe0f)\p{Default_Ignorable_Code_Point}/u

const NAMES = [
  'esc\u001b[31m\u001b]0;owned\u0007',
  'c1\u009b31m\u009d0;owned\u009c',
  'rtl\u202egnp.exe\u2066',
  'line\nbreak\r\u0085\u2028',
  'back\b\b\bspace\u007f',
  'hidden\u200b\u{e0041}\u3164',
  'unseen\u2061\u2065\u206a\u034f\u{e0100}\u{e0fff}',
  'wide 表 🎉 e\u0301',
  'quote\'s "and" $(rm -rf) `x`',
]

it.each(NAMES)('%j as a name, a field, a value, everywhere it is shown', async (name) => {
  const { direct } = kit
  for (let n = 1; n <= 3; n += 1) await direct.xadd(name, `${n}-0`, name, name)
  await direct.xgroup('CREATE', name, name, '0')
  await direct.xreadgroup('GROUP', name, name, 'COUNT', 2, 'STREAMS', name, '>')
  await direct.xclaim(name, name, name, 0, '1-0', 'RETRYCOUNT', 40)
  const all = [
    ['streams'],
    ['report'],
    ['groups', name],
    ['consumers', name, name],
    ['pending', name, name, '--bodies'],
    ['entries', name],
    ['search', name, 'has:x', '--until', '3'],
    ['search', '--oldest', '--', name, '-has:x'],
    ['claim', name, name, '--from', name, '--to', `${name}2`, '--yes'],
    ['ack', name, 'nobody', '--all', '--yes'],
    ['dead-letter', name, name, '--all', '--yes', '--reason', name],
    ['journal'],
    ['undo', name],
    ['groups', `${name}?`],
  ]
  for (const words of all) {
    // A name that begins with a dash, or looks like an address, is none of these: `--` is not needed.
    for (const columns of [70, null]) {
      const { code, stdout, stderr } = await kit.cli(words, { columns })
      expect(code, words.join(' ')).not.toBe(70)
      expect(OBEYED.exec(stdout + stderr), `${JSON.stringify(words)} ${JSON.stringify(stdout + stderr)}`).toBeNull()
    }
  }
  if (OBEYED.test(name)) {
    await direct.xadd(name, '4-0', name, name)
    await direct.xreadgroup('GROUP', name, name, 'STREAMS', name, '>')
    const asked = await kit.cli(['ack-delete', name, name, '--all'], { columns: 100, answers: ['no'] })
    expect(asked.code).toBe(4)
    // The line that is typed in has codes of its own.
    expect(asked.stderr).not.toContain(name)
  }
  const [stream] = await kit.json(['streams', '--', '*'])
  expect([name, `${name}:dead`]).toContain(stream?.['key'])
})

it('names that are no UTF-8 go in and out as redis-cli writes them, and as base64 for a program', async () => {
  const { direct } = kit
  const key = Buffer.from([0x80, 0x6f, 0xff])
  await direct.call('XADD', key, '1-0', 'a', 'b')
  await direct.call('XGROUP', 'CREATE', key, Buffer.from([0xc3]), '0')
  expect((await kit.cli(['streams'], { columns: 80 })).stdout).toContain('\\x80o\\xff')
  expect(await kit.json(['streams'])).toMatchObject([{ key: { base64: key.toString('base64') } }])
  expect(await kit.json(['groups', '"\\x80o\\xff"', '--quoted'])).toMatchObject([{ name: { base64: 'ww==' } }])
  const mangled = await kit.cli(['groups', '\ufffdo'])
  expect(mangled).toMatchObject({ code: 2, stderr: expect.stringContaining('--quoted') as string })
})

it('the line that a report gives for a shell names just what it is about', async () => {
  const { execFileSync } = await import('node:child_process')
  const name = NAMES.at(-1) ?? ''
  await kit.direct.xadd(name, '1-0', 'a', 'b')
  await kit.direct.xgroup('CREATE', name, 'g\u001b', '0')
  await kit.direct.xreadgroup('GROUP', 'g\u001b', 'c', 'STREAMS', name, '>')
  await kit.direct.xclaim(name, 'g\u001b', 'c', 0, '1-0', 'RETRYCOUNT', 40)
  const [finding] = await kit.json(['report'])
  const line = String(finding?.['remedy'])
  const shell = `sluice() { printf '%s\\0' "$@"; }; ${line}`
  const words = execFileSync('sh', ['-c', shell], { encoding: 'utf8' }).split('\0').filter(Boolean)
  expect(await kit.cli([...words, '--dry-run'], { asTyped: true })).toMatchObject({ code: 0 })
  expect(words).toContain('--quoted')
})
