import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ANY_ALERT } from '../../../helpers/any-alert'
import { on } from '../../../shared/judgement/alerts/alert-samples'
import { judgement, MINUTE, nowOf, SECOND, toldBy, useAlerts } from './alerts-kit'

const kit = useAlerts()
const billing = on('billing')
const audit = on('audit')

describe('an alert', () => {
  it('tells what came, whose it is and since when, and what is not there any more', async () => {
    const host = await kit.host()
    const { id } = await host.add({ ...ANY_ALERT, name: 'Consumers', holdMs: 30 * SECOND })
    await kit.look(host, 0, [billing, audit])
    expect(await toldBy(host)).toEqual([])
    await kit.look(host, 30 * SECOND, [billing, audit])
    await kit.look(host, MINUTE, [audit])
    const { tellings, alerts } = await nowOf(host)
    const common = { alertId: id, alertName: 'Consumers', connectionId: 'c1', connectionName: 'Connection c1' }
    expect(tellings).toMatchObject([
      { ...common, what: 'resolved', count: 1, named: [{ group: 'billing', finding: null }] },
      {
        ...{ ...common, what: 'raised', count: 2, atMs: kit.nowMs - MINUTE },
        named: [
          { kind: 'stalled', key: 'orders', group: 'billing', sinceMs: kit.nowMs - 90 * SECOND, finding: billing },
          { group: 'audit' },
        ],
      },
    ])
    expect(alerts).toMatchObject([{ id, standing: 1 }])
  })

  it('is listed with what it told once, at every moment', async () => {
    const host = await kit.host()
    await host.add(ANY_ALERT)
    const lists: (readonly string[])[] = []
    const leave = new AbortController()
    const reading = (async () => {
      for await (const { tellings } of host.watch(leave.signal)) lists.push(tellings.map(({ id }) => id))
    })()
    await kit.look(host, 0, [billing])
    await kit.look(host, MINUTE, [])
    leave.abort()
    await reading
    expect(lists.at(-1)).toHaveLength(2)
    for (const ids of lists) expect(new Set(ids).size).toBe(ids.length)
  })

  it('shows on the desktop what it tells, once, where that is asked for; what fails there fails nothing else', async () => {
    const shown: string[] = []
    const notify = ({ title, body }: { readonly title: string; readonly body: string }): void => {
      shown.push(`${title} | ${body}`)
      if (shown.length === 1) throw new Error('no desktop')
    }
    const host = await kit.host({ notify })
    await host.add({ ...ANY_ALERT, name: 'Down', notifies: true })
    await host.add({ ...ANY_ALERT, name: 'Silent' })
    await kit.look(host, 0, [billing])
    await kit.look(host, MINUTE, [billing])
    await kit.look(host, MINUTE, [])
    expect(shown).toEqual([
      'Down: 1 finding on Connection c1 | w holds 1 entry of orders / billing and was last seen 1 ms ago.',
      'Down: 1 resolved on Connection c1 | Stalled consumer: orders / billing',
    ])
    expect(await toldBy(host)).toHaveLength(4)
  })

  it('names a few of many, and tells how many there are', async () => {
    const host = await kit.host()
    await host.add(ANY_ALERT)
    await kit.look(
      host,
      0,
      Array.from({ length: 40 }, (_, at) => on(`g${at}`)),
    )
    const [told] = (await nowOf(host)).tellings
    expect([told?.count, told?.named.length]).toEqual([40, 5])
  })

  it('on other connections, paused, or deleted tells nothing', async () => {
    const host = await kit.host()
    await host.add({ ...ANY_ALERT, connectionIds: ['c2'] })
    await host.add({ ...ANY_ALERT, isPaused: true })
    const gone = await host.add(ANY_ALERT)
    await host.remove(gone.id)
    await kit.look(host, 0, [billing])
    expect(await toldBy(host)).toEqual([])
  })

  it('that was paused and goes on tells what came meanwhile, and nothing twice', async () => {
    const host = await kit.host()
    const alert = await host.add(ANY_ALERT)
    await kit.look(host, 0, [billing])
    await host.change({ ...alert, isPaused: true })
    await kit.look(host, MINUTE, [billing, audit])
    expect(await toldBy(host)).toEqual(['raised 1'])
    await host.change(alert)
    await kit.look(host, MINUTE, [billing, audit])
    expect(await toldBy(host)).toEqual(['raised 1', 'raised 1'])
  })

  it('says nothing of a connection that is closed, and goes on where it is opened again', async () => {
    const host = await kit.host()
    await host.add(ANY_ALERT)
    await kit.look(host, 0, [billing])
    host.judged('c1', null)
    kit.nowMs += 10 * MINUTE
    await host.look()
    expect(await toldBy(host)).toEqual(['raised 1'])
    await kit.look(host, MINUTE, [billing])
    expect(await toldBy(host)).toEqual(['raised 1'])
    await kit.look(host, MINUTE, [], false)
    expect(await toldBy(host)).toEqual(['raised 1'])
    await kit.look(host, MINUTE, [])
    expect(await toldBy(host)).toEqual(['resolved 1', 'raised 1'])
  })

  it('of which there are too many is refused; of one that is gone a change is', async () => {
    const host = await kit.host()
    const alert = await host.add(ANY_ALERT)
    for (let n = 1; n < 100; n += 1) await host.add(ANY_ALERT)
    await expect(host.add(ANY_ALERT)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'name' } })
    await host.remove(alert.id)
    await expect(host.change(alert)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'alert' } })
    expect((await nowOf(host)).alerts).toHaveLength(99)
  })
})

describe('after a restart', () => {
  it('nothing is told again, and what is gone meanwhile is told to be', async () => {
    const before = await kit.host()
    await before.add(ANY_ALERT)
    await kit.look(before, 0, [billing, audit])
    await before.close()
    const after = await kit.host()
    expect(await toldBy(after)).toEqual(['raised 2'])
    await kit.look(after, MINUTE, [])
    await kit.look(after, MINUTE, [billing])
    expect(await toldBy(after)).toEqual(['raised 2'])
    await kit.look(after, MINUTE, [billing])
    expect(await toldBy(after)).toEqual(['resolved 1', 'raised 2'])
  })

  it('what is no alert in the files is left out, and the rest works', async () => {
    const before = await kit.host()
    await before.add(ANY_ALERT)
    await before.close()
    const file = join(kit.dataDir, 'alerts.json')
    const { alerts } = JSON.parse(readFileSync(file, 'utf8')) as { alerts: unknown[] }
    writeFileSync(file, JSON.stringify({ alerts: [{ id: 7 }, ...alerts, null] }))
    writeFileSync(join(kit.dataDir, 'alert-states.json'), '{"standing": {}}')
    writeFileSync(join(kit.dataDir, 'alerts-told.json'), 'no JSON')
    const after = await kit.host()
    await kit.look(after, 0, [billing])
    expect(await toldBy(after)).toEqual(['raised 1'])
  })
})

describe('two hosts on one data directory', () => {
  it('tell one thing once, whoever sees it first, and both list it', async () => {
    const hosts = await Promise.all([kit.host(), kit.host(), kit.host()])
    const [first] = hosts
    await first.add(ANY_ALERT)
    await expect.poll(async () => (await nowOf(hosts[2])).alerts.length, { timeout: 20_000 }).toBe(1)
    await expect.poll(async () => (await nowOf(hosts[1])).alerts.length, { timeout: 20_000 }).toBe(1)
    for (const host of hosts) host.judged('c1', judgement([billing, audit]))
    await Promise.all(hosts.map((host) => host.look()))
    for (const host of hosts) {
      await expect.poll(() => toldBy(host), { timeout: 20_000 }).toEqual(['raised 2'])
    }
    kit.nowMs += MINUTE
    for (const host of hosts) host.judged('c1', judgement([billing]))
    await Promise.all(hosts.map((host) => host.look()))
    for (const host of hosts) {
      await expect.poll(() => toldBy(host), { timeout: 20_000 }).toEqual(['resolved 1', 'raised 2'])
    }
  })
})

it('where nothing can be kept, it is told all the same, and once', async () => {
  const host = await kit.host()
  await host.add(ANY_ALERT)
  // A file where the lock would be: nobody can take it, not even root.
  for (const name of ['alert-states', 'alerts-told']) writeFileSync(join(kit.dataDir, `${name}.json.lock`), '')
  await kit.look(host, 0, [billing])
  await kit.look(host, MINUTE, [billing])
  expect(await toldBy(host)).toEqual(['raised 1'])
  expect(kit.memory.text()).toContain('writing failed')
})
