import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import type { ConnectionProfile } from '../../../shared/model/connection'
import type { RuleFields } from '../../../shared/model/rule'
import { ANY_RULE } from '../../helpers/any-rule'
import { AS_ADMIN } from '../../helpers/callers'
import { heldBy } from '../../helpers/pel'
import { createTestBackend } from '../../helpers/test-backend'
import { useCli } from './cli-kit'

const kit = useCli()
const held = () => heldBy(kit.direct, 'orders', 'billing')
const SAVED = { nowhere: true } as const

/** A rule on a connection of this name, made as in a window; it is off. `held`: entries that crashed so long ago. */
async function add(
  change: Partial<RuleFields> = {},
  profile: Partial<ConnectionProfile> = {},
  count = 3,
): Promise<string> {
  await kit.seed(count)
  const ids = Array.from({ length: count }, (_, n) => `${n + 1}-0`)
  await kit.direct.xclaim('orders', 'billing', 'worker-3', 0, ...ids, 'IDLE', 60_000, 'JUSTID')
  const backend = await createTestBackend(kit.dataDir)
  const api = createRouterClient(backend.router, { context: AS_ADMIN })
  const { id: connectionId } = await api.connection.save({
    profile: kit.redis.connection({ name: 'live', ...profile }),
  })
  const { id } = await api.rule.add({
    ...ANY_RULE,
    connectionId,
    stream: 'orders',
    mostPerRun: 5_000,
    mostPerDay: 5_000,
    ...change,
  })
  await backend.close()
  return id
}
const rules = async () => kit.json(['rules'], SAVED)
interface States {
  readonly states: readonly { readonly lease: unknown; readonly done: { readonly count: number } }[]
}
const states = () => (JSON.parse(readFileSync(join(kit.dataDir, 'rule-states.json'), 'utf8')) as States).states

describe('what is wrong is named, and nothing is done', () => {
  it.each([
    [['rules', 'lst'], /sluice rules takes list, report, run, on, off, not lst/],
    [['rules', 'on'], /sluice rules on needs RULE/],
    [['rules', 'run', 'Monitor'], /sluice rules run takes no rule, and Monitor is one/],
    [['rules', 'on', 'Monitor'], /there is no rule Monitor; there are none yet/],
    [['rules', 'off', 'Monitor', 'twice'], /takes 2 arguments, and twice is one more/],
  ])('%j', async (words, says) => {
    const { code, stdout, stderr } = await kit.cli(words, SAVED)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(says)
  })

  it('two rules of one name: by its id', async () => {
    const id = await add()
    const backend = await createTestBackend(kit.dataDir)
    const api = createRouterClient(backend.router, { context: AS_ADMIN })
    const [{ id: connectionId } = { id: '' }] = await api.connection.list()
    await api.rule.add({ ...ANY_RULE, connectionId })
    await backend.close()
    expect((await kit.cli(['rules', 'off', 'Monitor'], SAVED)).stderr).toContain('more than one rule is called Monitor')
    expect(await kit.cli(['rules', 'off', id], SAVED)).toMatchObject({ code: 0 })
  })

  it('a connection that is not the rule’s', async () => {
    await add()
    await kit.save({ name: 'other', db: 1 })
    const { code, stderr } = await kit.cli(['rules', 'on', 'Monitor', '--yes', '--connection', 'other'], SAVED)
    expect({ code, stderr }).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('another connection than other') as string,
    })
    expect(await rules()).toMatchObject([{ phase: 'off' }])
  })
})

describe('rules', () => {
  it('lists them with their state and budget, of one connection or all', async () => {
    expect(await kit.cli(['rules', '--table'], SAVED)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('No rules') as string,
    })
    await add()
    await kit.save({ name: 'other', db: 1 })
    const { stdout } = await kit.cli(['rules', '--table'], SAVED)
    expect(stdout).toMatch(/Monitor +off +- +0 of 5.000 +Claim for monitor: orders \/ \*, idle over 1 s +live/)
    expect(await kit.json(['rules', '--connection', 'other'], SAVED)).toEqual([])
    expect(await kit.json(['rules', '--connection', 'live'], SAVED)).toMatchObject([
      { what: 'rule', name: 'Monitor', state: 'off', connection: 'live', runs: [], turnText: null },
    ])
  })

  it('one is turned on once it was tried and agreed to, by name of who did it, and off', async () => {
    await add()
    const looked = await kit.cli(['rules', 'on', 'Monitor', '--dry-run', '--table'], SAVED)
    expect(looked).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing was done') as string })
    expect(looked.stdout).toMatch(/3 entries in 1 group .*\n {2}orders \/ billing: Gives 3 entries to monitor/)
    expect(await kit.cli(['rules', 'on', 'Monitor'], SAVED)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('add --yes') as string,
    })
    expect(await kit.cli(['rules', 'on', 'Monitor'], { ...SAVED, answers: ['n'] })).toMatchObject({ code: 4 })
    expect(await rules()).toMatchObject([{ phase: 'off', turns: [] }])
    expect(await kit.cli(['rules', 'on', 'Monitor', '--yes'], SAVED)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Monitor is on') as string,
    })
    expect(await rules()).toMatchObject([
      { state: 'on', turnText: expect.stringMatching(/^Turned on by .* on the command line$/) as string },
    ])
    expect(await held()).toEqual({ 'worker-3': 3 })
    expect(await kit.json(['journal'], SAVED)).toEqual([])
    expect((await kit.cli(['rules', 'on', 'Monitor', '--yes'], SAVED)).stderr).toContain('is on already')
    expect(await kit.cli(['rules', 'off', 'Monitor'], SAVED)).toMatchObject({ code: 0 })
    expect(await rules()).toMatchObject([{ state: 'off', turns: [{ what: 'off' }, { what: 'on' }] }])
  })

  it('on production asks for its pattern, which --yes is not', async () => {
    await add({ stream: 'ord*' }, { environment: 'prod' })
    const refused = await kit.cli(['rules', 'on', 'Monitor', '--yes'], SAVED)
    expect(refused).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("live is production: add --confirm 'ord*'") as string,
    })
    expect(await kit.cli(['rules', 'on', 'Monitor', '--confirm', 'orders'], SAVED)).toMatchObject({ code: 4 })
    expect(await rules()).toMatchObject([{ phase: 'off' }])
    const asked = await kit.cli(['rules', 'on', 'Monitor'], { ...SAVED, answers: ['ord*'] })
    expect(asked).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('live is production. Type ord* to go on') as string,
    })
    await kit.cli(['rules', 'off', 'Monitor'], SAVED)
    expect(await kit.cli(['rules', 'on', 'Monitor', '--confirm', 'ord*'], SAVED)).toMatchObject({ code: 0 })
    expect(await rules()).toMatchObject([{ state: 'on' }])
  })

  it('what a dry run finds against it is not turned on, whoever agrees', async () => {
    await add({ action: { kind: 'ackGone' } }, { environment: 'prod' })
    await kit.direct.xtrim('orders', 'MAXLEN', 1)
    const { code, stderr } = await kit.cli(['rules', 'on', 'Monitor', '--yes', '--confirm', 'orders'], SAVED)
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('can’t be turned on') as string })
    expect(await kit.cli(['rules', 'on', 'Monitor', '--yes', '--read-only'], SAVED)).toMatchObject({ code: 4 })
    expect(await rules()).toMatchObject([{ phase: 'off' }])
  })
})

describe('rules run', () => {
  it('runs what is on, tells it, and ends with 0 when it is asked to', async () => {
    await add()
    const child = kit.start(['rules', 'run', '--connection', 'live'], SAVED)
    let [stdout, stderr] = ['', '']
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    await expect.poll(() => stderr).toContain('No rule of live is on')
    expect(await kit.cli(['rules', 'on', 'Monitor', '--yes'], SAVED)).toMatchObject({ code: 0 })
    await expect.poll(() => stdout).toMatch(/"what":"run".*\n/)
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(told).toMatchObject([
      { what: 'turn', kind: 'on', rule: 'Monitor' },
      { what: 'run', rule: 'Monitor', connection: 'live', changed: 3, text: '3 entries in 1 group' },
    ])
    expect(await held()).toEqual({ monitor: 3 })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('SIGTERM in the midst of a run ends it after its batch: let go of, its journal whole, its budget right', async () => {
    await add({ action: { kind: 'handle', to: 'monitor', prefix: 'h:', idField: null } }, {}, 4_000)
    await kit.cli(['rules', 'on', 'Monitor', '--yes'], SAVED)
    const child = kit.start(['rules', 'run'], SAVED)
    const outcome = kit.ended(child)
    const pending = async () => Number((await kit.direct.xpending('orders', 'billing'))[0])
    await expect.poll(pending, { interval: 5 }).toBeLessThan(4_000)
    child.kill('SIGTERM')
    expect(await outcome).toMatchObject({ code: 0 })
    const left = await pending()
    expect(left).toBeGreaterThan(0)
    expect(await kit.json(['journal'], SAVED)).toMatchObject([
      { state: 'cancelled', who: { by: 'rule', name: 'Monitor' }, counts: { changed: 4_000 - left } },
    ])
    expect(states()).toMatchObject([{ lease: null }])
    expect(await rules()).toMatchObject([{ phase: 'closed', state: 'on', runs: [{ changed: 4_000 - left }] }])
    const text = expect.stringMatching(
      /^Monitor wrote [\d\s]+ entries of 1 stream to hashes .* in 1 recovery; turned on by/,
    ) as string
    expect(await kit.json(['rules', 'report', '--since', '1h'], SAVED)).toMatchObject([{ what: 'rule-report', text }])
  })

  it('where nothing can be reached at first it ends with 3', async () => {
    await add()
    await kit.cli(['rules', 'on', 'Monitor', '--yes'], SAVED)
    const nobody = createServer().listen(0, '127.0.0.1')
    await once(nobody, 'listening')
    const { port } = nobody.address() as AddressInfo
    await new Promise((resolve) => nobody.close(resolve))
    const backend = await createTestBackend(kit.dataDir)
    const api = createRouterClient(backend.router, { context: AS_ADMIN })
    const [{ id } = { id: '' }] = await api.connection.list()
    const profile = kit.redis.connection({
      name: 'live',
      endpoint: { kind: 'tcp', host: '127.0.0.1', port, tls: null } as never,
    })
    await api.connection.save({ id, profile })
    await backend.close()
    expect(await kit.cli(['rules', 'run'], SAVED)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('live can’t be opened') as string,
    })
  })
})
