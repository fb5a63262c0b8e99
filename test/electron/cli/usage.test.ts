import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../electron/cli/commands/table'
import type { CommandName } from '../../../electron/cli/command'
import { EXIT } from '../../../electron/cli/exit-code'
import { FLAGS } from '../../../electron/cli/flags'
import { cliHelpWords } from '../../../shared/words/en/cli-help-words'
import { useCli } from './cli-kit'

const kit = useCli()
const NAMES = Object.keys(COMMANDS) as CommandName[]

describe('what is wrong is named, with what to write instead', () => {
  it.each([
    [['strems'], /no command strems; did you mean streams\?/],
    [['xyzzy'], /no command xyzzy \(sluice help/],
    [['groups'], /sluice groups needs STREAM/],
    [['pending', 'orders'], /sluice pending needs GROUP/],
    [['groups', 'orders', 'billing'], /takes 1 argument, and billing is one more/],
    [['report', '--jsn'], /no option --jsn; did you mean --json\?/],
    [['groups', 'orders', '--from', 'x'], /sluice groups has no option --from/],
    [['pending', 'a', 'b', '--count', 'many'], /--count takes a whole number from 1 to 1000000, not many/],
    [['pending', 'a', 'b', '--count', '0'], /--count takes a whole number/],
    [['pending', 'a', 'b', '--count'], /--count needs N behind it/],
    [['pending', 'a', 'b', '--count', '--bodies'], /--count needs N behind it/],
    [['pending', 'a', 'b', '--count', '1', '--count', '2'], /--count is given twice/],
    [['pending', 'a', 'b', '--min-idle', '5'], /--min-idle takes a time as 500ms/],
    [['pending', 'a', 'b', '--bodies=yes'], /--bodies takes no value/],
    [['pending', 'a', 'b', '--gone', '--present'], /--gone or --present|--present or --gone/],
    [['entries', 'a', '--since', 'some day'], /--since takes an id, 2021-05-15 06:55, 03:00, .*, not some day/],
    [['entries', 'a', '--since', '2021-02-30'], /--since: There is no such day/],
    [['search', 'a', 'b', '--since', '10m', '--until', '1h'], /--until: This is before the other end/],
    [['export', 'a', '--since', '2-0', '--until', '1'], /--until: This is before the other end/],
    [['claim', 'a', 'b', '--id', 'yesterday'], /--id takes an id as/],
    [['claim', 'a', 'b'], /say which pending entries: --from/],
    [['claim', 'a', 'b', '--all', '--from', 'c'], /--all doesn’t go with --from/],
    [['claim', 'a', 'b', '--id', '1-0', '--gone'], /--id doesn’t go with --gone/],
    [['claim', 'a', 'b', '--all', '--to', 'c', '--to', 'd'], /--to is given twice/],
    [['claim', 'a', 'b', '--all', '--idle', 'some'], /--idle takes kept, anew, not some/],
    [['ack', 'a', 'b', '--find', 'x='], /--find: After the sign there must be a value/],
    [['plan'], /takes what is to be planned first/],
    [['plan', 'orders'], /takes what is to be planned first: claim, spread/],
    [['report', '--json', '--table'], /not both/],
    [['report', 'redis://u:s3cret@'], /./],
    [['report', 'u:s3cret@h'], /u:…@h is one more/],
    [['report', 'redis://u:s3cret'], /./],
    [['report', '--connection', 'redis://u:s3cret@h'], /an address is written by itself/],
    [['report', '--connection=u:s3cret@h'], /no connection named u:…@h/],
    [['groups', 'orders', 'redis-cli -a s3cret -h h', 'redis://u:s3cret@h'], /only one address/],
    [['pending', 'a', 'b', '--count', 'redis://u:s3 cret@s3cret@h:1'], /not redis:\/\/u:…@h:1/],
    [['entries', 'a', '--since=u:s3cret@h'], /not u:…@h/],
    [['completion', 'redis://u:s3cret@h'], /not for redis:\/\/u:…@h/],
    [['help', 'redis://u:s3cret@h'], /no command redis:\/\/u:…@h/],
    [['undo', ''], /this one is empty/],
    [['undo', ' '], /this one is empty/],
    [['claim', 'a', 'b', '--all', '--per-second', '0'], /--per-second takes a whole number/],
    [['run', '/nowhere', '--per-second', 'many'], /--per-second takes a whole number/],
  ])('%j', async (words, says) => {
    const { code, stdout, stderr } = await kit.cli(words, { nowhere: true })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(says)
    expect(stderr).not.toContain('s3cret')
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('what stands behind -- is a name, whatever it looks like', async () => {
    await kit.direct.xadd('--from', '1-0', 'a', 'b')
    await kit.direct.xadd('redis://a:1', '1-0', 'a', 'b')
    expect(await kit.json(['entries', '--', '--from'])).toHaveLength(1)
    expect(await kit.json(['entries', '--', 'redis://a:1'])).toHaveLength(1)
  })

  it('a name that has a port’s digits behind it is a name where one is needed', async () => {
    await kit.direct.xadd('orders:1', '1-0', 'a', 'b')
    await kit.direct.xgroup('CREATE', 'orders:1', 'g:2', '0')
    expect(await kit.json(['entries', 'orders:1'])).toHaveLength(1)
    expect(await kit.json(['entries', 'orders:1', `127.0.0.1:${kit.redis.port}`], { nowhere: true })).toHaveLength(1)
    expect(await kit.json(['streams', 'orders:1', `127.0.0.1:${kit.redis.port}`], { nowhere: true })).toHaveLength(1)
    expect(await kit.cli(['pending', 'orders:1', 'g:2'])).toMatchObject({ code: 0 })
  })

  it('plan takes names behind -- as the command itself does', async () => {
    await kit.direct.xadd('--help', '1-0', 'a', 'b')
    await kit.direct.xgroup('CREATE', '--help', 'g', '0')
    const { code, stderr } = await kit.cli(['plan', 'ack', '--all', '--', '--help', 'g'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Nothing was done (--dry-run).\n' })
  })
})

describe('help', () => {
  it('of all names every command, and every exit code that there is', async () => {
    const { code, stdout } = await kit.cli(['help'])
    expect(code).toBe(0)
    for (const name of NAMES) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(cliHelpWords.exitCodes.map(([each]) => each)).toEqual(Object.values(EXIT))
    expect(
      stdout.split('\n').filter((line) => line.length > 100 && !/CONNECTION|--user NAME|redis-sentinel/.test(line)),
    ).toEqual([])
  })

  it.each(NAMES)('of %s names its arguments, each option, and an example that is parsed', async (name) => {
    const { code, stdout } = await kit.cli([name, '--help'])
    expect(code).toBe(0)
    expect(await kit.cli(['help', name])).toEqual({ code: 0, stdout, stderr: '' })
    for (const flag of COMMANDS[name].flags) expect(stdout).toContain(`--${flag}`)
    for (const arg of COMMANDS[name].args) expect(stdout).toContain(arg.replace('?', ''))
    expect(stdout).toContain(`sluice ${name}`)
  })

  it('every option has a command that takes it', () => {
    const taken = new Set([
      ...NAMES.flatMap((name) => COMMANDS[name].flags),
      'connection',
      'data-dir',
      'read-only',
      'json',
      'table',
      'quoted',
      'utc',
      'help',
    ])
    expect(Object.keys(FLAGS).filter((flag) => !taken.has(flag as keyof typeof FLAGS))).toEqual([])
  })
})

describe('what is made of the table', () => {
  it('a manual page, with every command and no line that roff would take for a request', async () => {
    const { stdout } = await kit.cli(['man'])
    for (const name of NAMES) expect(stdout).toContain(`.SS sluice ${name.replaceAll('-', '\\-')}`)
    expect(
      stdout.split('\n').filter((line) => /^[.']/.test(line) && !/^\.(TH|SH|SS|PP|TP|B|RS|RE|nf|fi)\b/.test(line)),
    ).toEqual([])
  })

  it('completions that bash takes, and that complete', async () => {
    const { stdout } = await kit.cli(['completion', 'bash'])
    const complete = (...words: string[]): readonly string[] => {
      const script = `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _sluice; printf '%s\\n' "\${COMPREPLY[@]}"`
      return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean)
    }
    expect(complete('sluice', 'str')).toEqual(['streams'])
    expect(complete('sluice', 'claim', 'orders', 'billing', '--fr')).toEqual(['--from'])
    expect(complete('sluice', 'claim', 'orders', 'billing', '--idle', '')).toEqual(['kept', 'anew'])
    expect(complete('sluice', 'plan', 'dead')).toEqual(['dead-letter'])
    expect(complete('sluice', 'completion', 'z')).toEqual(['zsh'])
  })

  it('completions for zsh and fish, with every command and option', async () => {
    for (const shell of ['zsh', 'fish']) {
      const { code, stdout } = await kit.cli(['completion', shell])
      expect(code).toBe(0)
      for (const name of NAMES) expect(stdout).toContain(name)
      for (const flag of Object.keys(FLAGS)) expect(stdout).toContain(flag)
    }
    expect(await kit.cli(['completion', 'cmd'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('bash') as string,
    })
  })
})
