import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Connection, ConnectionProfile, ConnectionStatus } from '../../../shared/model/connection'
import type { Settings } from '../../../shared/model/settings'
import { useHostProcesses, type HostProcess } from '../../helpers/host-process'
import { saying } from '../../helpers/saying'
import { endedIn, ENTRIES, recordIn, stateIn, undoIn, useSharedDirectory } from './shared-directory'

// Two hosts, each a process of its own, on one data directory.
const shared = useSharedDirectory()
const hosts = useHostProcesses()
let dataDir: string
let a: HostProcess
let b: HostProcess
beforeEach(async () => {
  dataDir = shared.dataDir
  ;[a, b] = await Promise.all([hosts.start(dataDir), hosts.start(dataDir)])
})

const file = (): string => join(dataDir, 'connections.json')
const list = (host: HostProcess): Promise<readonly Connection[]> => host.call('connection.list')
const names = async (host: HostProcess): Promise<readonly string[]> => (await list(host)).map(({ name }) => name)
const save = (
  host: HostProcess,
  profile: Partial<ConnectionProfile>,
  rest: {
    readonly id?: string
    readonly shown?: ConnectionProfile
    readonly secrets?: { readonly password?: string }
  } = {},
): Promise<Connection> => host.call('connection.save', { profile: shared.profile(profile), ...rest })

/** The next event that is so; others may be waited for afterwards. */
async function until<T>(events: AsyncGenerator<T, void>, so: (event: T) => boolean): Promise<T> {
  for (;;) {
    const { done, value } = await events.next()
    if (done) throw new Error('the host ended')
    if (so(value)) return value
  }
}

describe('connections', () => {
  test('that each of two hosts saves are there for both, and after a restart', async () => {
    await save(a, { name: 'of a' })
    await save(b, { name: 'of b' })
    await save(a, { name: 'of a, too' })
    const all = ['of a', 'of b', 'of a, too']
    expect(await names(a)).toEqual(all)
    expect(await names(b)).toEqual(all)
    expect(await names(await hosts.start(dataDir))).toEqual(all)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readdirSync(dataDir)).toEqual(['connections.json'])
  })

  test('that both save at once, again and again, are all there', async () => {
    const c = await hosts.start(dataDir)
    const wanted = [a, b, c].flatMap((host, at) => Array.from({ length: 15 }, (_, n) => ({ host, name: `${at}/${n}` })))
    await Promise.all(wanted.map(({ host, name }) => save(host, { name })))
    for (const host of [a, b, c])
      expect((await names(host)).toSorted()).toEqual(wanted.map(({ name }) => name).toSorted())
    const onDisk = JSON.parse(readFileSync(file(), 'utf8')) as { connections: readonly unknown[] }
    expect(onDisk.connections).toHaveLength(wanted.length)
    expect(readdirSync(dataDir)).toEqual(['connections.json'])
  })

  test('changed here while others are changed, added and removed there: nothing is written over', async () => {
    const [one, two, three] = [
      await save(a, { name: 'one' }),
      await save(a, { name: 'two' }),
      await save(a, { name: 'three' }),
    ]
    await Promise.all([
      save(a, { name: 'one', readOnly: true }, { id: one.id }),
      save(b, { name: 'two', color: 'red' }, { id: two.id }),
      b.call('connection.remove', { connectionId: three.id }),
      save(a, { name: 'four' }),
    ])
    for (const host of [a, b]) {
      const found = await list(host)
      expect(found.map(({ name, readOnly, color }) => [name, readOnly, color]).toSorted()).toEqual([
        ['four', false, 'blue'],
        ['one', true, 'blue'],
        ['two', false, 'red'],
      ])
    }
  })

  test('changed in both by forms that were opened before: what each person changed holds', async () => {
    const { id, secrets: _, ...shown } = await save(a, { name: 'orders' })
    await save(a, { name: 'orders', readOnly: true }, { id, shown })
    await save(b, { name: 'renamed' }, { id, shown })
    for (const host of [a, b]) expect(await list(host)).toMatchObject([{ id, name: 'renamed', readOnly: true }])
  })

  test('removed elsewhere are NOT_FOUND, and not made again by a change', async () => {
    const { id } = await save(a, { name: 'gone' })
    await a.call('connection.remove', { connectionId: id })
    const gone = { code: 'NOT_FOUND', data: { what: 'connection', name: id } }
    await expect(save(b, { name: 'gone' }, { id })).rejects.toMatchObject(gone)
    await expect(b.call('connection.open', { connectionId: id })).rejects.toMatchObject(gone)
    expect(await names(a)).toEqual([])
  })

  test('close here when they are removed or lead elsewhere there, and stay open through any other change', async () => {
    const [kept, moved, removed] = [
      await save(a, { name: 'k' }),
      await save(a, { name: 'm' }),
      await save(a, { name: 'r' }),
    ]
    for (const { id } of [kept, moved, removed]) await b.call('connection.open', { connectionId: id })
    const watching = b.follow<ConnectionStatus>('connection.watch', { connectionId: moved.id })
    await until(watching, ({ state }) => state === 'open')
    await save(a, { name: 'k, renamed', readOnly: true }, { id: kept.id })
    await save(a, { name: 'm', db: 1 }, { id: moved.id })
    await a.call('connection.remove', { connectionId: removed.id })
    // Nobody asks b: it watches.
    await expect
      .poll(async () => ((await shared.direct.client('LIST')) as string).match(/name=sluice/g)?.length)
      .toBe(1)
    const [first] = await list(b)
    expect(first).toMatchObject({ id: kept.id, name: 'k, renamed', readOnly: true })
    const none = { code: 'NOT_FOUND', data: { what: 'stream' } }
    await expect(b.call('stream.info', { connectionId: kept.id, key: 'none' })).rejects.toMatchObject(none)
    const notOpen = { code: 'UNREACHABLE', data: { reason: 'not-open' } }
    await expect(b.call('stream.info', { connectionId: moved.id, key: 'none' })).rejects.toMatchObject(notOpen)
  })

  test('are told to whoever watches, without being asked', async () => {
    const told = b.follow<readonly Connection[]>('connection.watchList')
    expect((await told.next()).value).toEqual([])
    const { id } = await save(a, { name: 'new' })
    expect(await until(told, (all) => all.length === 1)).toMatchObject([{ id, name: 'new', secrets: [] }])
    await save(a, { name: 'new', readOnly: true }, { id })
    await until(told, ([first]) => first?.readOnly === true)
    await a.call('connection.remove', { connectionId: id })
    await until(told, (all) => all.length === 0)
  })

  test('passwords stay with the host that was told them', async () => {
    const { id } = await save(a, { name: 'locked' }, { secrets: { password: 'never-on-disk' } })
    expect(await list(a)).toMatchObject([{ id, secrets: ['password'] }])
    expect(await list(b)).toMatchObject([{ id, secrets: [] }])
    expect(readFileSync(file(), 'utf8')).not.toContain('never-on-disk')
  })

  test('what a newer Sluice keeps with a connection stays, whoever saves another', async () => {
    const { id } = await save(a, { name: 'one' })
    const content = JSON.parse(readFileSync(file(), 'utf8')) as { connections: object[] }
    const newer = {
      ...content,
      theNew: 1,
      connections: content.connections.map((each) => ({ ...each, proxy: { host: 'h' } })),
    }
    writeFileSync(file(), JSON.stringify(newer))
    await save(b, { name: 'two' })
    await save(a, { name: 'one', color: 'red' }, { id })
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
      theNew: 1,
      connections: [{ id, name: 'one', color: 'red', proxy: { host: 'h' } }, { name: 'two' }],
    })
  })

  test('a file that is damaged while both run is kept aside by the next save, and what was known holds', async () => {
    await save(a, { name: 'one' })
    expect(await names(b)).toEqual(['one'])
    writeFileSync(file(), '{"connections": [')
    expect(await names(b)).toEqual(['one'])
    await save(b, { name: 'two' })
    expect(await names(a)).toEqual(['one', 'two'])
    const kept = readdirSync(dataDir).filter((name) => name.startsWith('connections.json.damaged-'))
    expect(kept.map((name) => readFileSync(join(dataDir, name), 'utf8'))).toEqual(['{"connections": ['])
  })

  test('a host killed while it saves leaves nothing that keeps the others from saving', async () => {
    for (let trial = 0; trial < 4; trial += 1) {
      const doomed = await hosts.start(dataDir)
      const saves = Array.from({ length: 30 }, (_, n) => save(doomed, { name: `${trial}/${n}` }).catch(() => null))
      await saves[trial * 3]
      await doomed.kill()
      await save(a, { name: `after ${trial}` })
      expect(await names(b)).toContain(`after ${trial}`)
    }
    const left = readdirSync(dataDir).filter((name) => name === 'connections.json.lock')
    expect(left).toEqual([])
  })
})

describe('settings', () => {
  test('changed by two hosts are merged by key, and told to whoever watches', async () => {
    const told = b.follow<Settings>('host.watchSettings')
    await told.next()
    await a.call('host.saveSettings', { theme: 'dark' })
    await until(told, ({ theme }) => theme === 'dark')
    await Promise.all([
      a.call('host.saveSettings', { delimiter: '/' }),
      b.call('host.saveSettings', { refreshSeconds: 30 }),
    ])
    for (const host of [a, b, await hosts.start(dataDir)]) {
      await expect
        .poll(() => host.call('host.settings'))
        .toMatchObject({ theme: 'dark', delimiter: '/', refreshSeconds: 30 })
    }
    expect(statSync(join(dataDir, 'settings.json')).mode & 0o777).toBe(0o600)
  })
})

describe('a job of one host', () => {
  test('stops before its next command once another host makes the connection read-only', async () => {
    const { connectionId, job } = await shared.runSlowly(a)
    await save(b, { name: 'orders', readOnly: true }, { id: connectionId })
    const heldWhenSaved = await shared.heldBy('bob')
    expect(await endedIn(a, job)).toMatchObject({ state: 'failed', error: { code: 'READ_ONLY' } })
    expect(await shared.heldBy('bob')).toBe(heldWhenSaved)
    expect(heldWhenSaved).toBeLessThan(ENTRIES)
    // And nothing else that a host does gets the flag out of the way.
    await save(a, { name: 'another' })
    expect(await list(b)).toMatchObject([{ id: connectionId, readOnly: true }, { name: 'another' }])
  })

  test('is running for the other host, and can not be undone there before it ends', async () => {
    const running = await shared.runSlowly(a)
    const { connectionId, job } = running
    expect(await recordIn(b, job)).toMatchObject({ state: 'running' })
    await b.call('connection.open', { connectionId })
    const refused = { code: 'BAD_INPUT', data: { problem: saying('still running') } }
    await expect(b.call('recovery.undo', { connectionId, recordId: job.recordId })).rejects.toMatchObject(refused)
    await a.call('job.cancel', { jobId: job.id })
    await endedIn(a, job)
    expect(await recordIn(b, job)).toMatchObject({ state: 'cancelled' })
    expect(await undoIn(b, running)).toMatchObject({ state: 'done' })
    expect(await shared.heldBy('alice')).toBe(ENTRIES)
  })

  test('is interrupted once its host was killed, and can be undone by the other', async () => {
    const running = await shared.runSlowly(a)
    await a.kill()
    // What b had begun to read of the journal just before is told once more.
    await expect.poll(() => stateIn(b, running.job)).toBe('interrupted')
    expect(await undoIn(b, running)).toMatchObject({ state: 'done' })
    expect(await shared.heldBy('alice')).toBe(ENTRIES)
  })

  test('stands still with its host (SIGSTOP), and is running all the same', async () => {
    const { job } = await shared.runSlowly(a)
    a.child.kill('SIGSTOP')
    expect(await recordIn(b, job)).toMatchObject({ state: 'running' })
    a.child.kill('SIGCONT')
  })
})
