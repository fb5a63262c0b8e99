import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allowedAddresses } from '../../../../electron/host/webhook/allowed-addresses'
import { createSendWebhook } from '../../../../electron/host/webhook/send-webhook'
import type { Alerts, AlertsOptions } from '../../../../electron/services/alerts/alerts'
import type { DestinationAsked, DestinationNow } from '../../../../shared/model/alert-destination'
import { ANY_ALERT } from '../../../helpers/any-alert'
import { startHookServer, type HookServer } from '../../../helpers/hook-server'
import { on } from '../../../shared/judgement/alerts/alert-samples'
import { judgement, MINUTE, nowOf, SECOND, useAlerts } from './alerts-kit'

const kit = useAlerts()
const billing = on('billing')
const KEY = 'key of sixteen letters'
let server: HookServer
beforeAll(async () => {
  server = await startHookServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.answers = [200]
  server.got.length = 0
})

const asked = (more: Partial<DestinationAsked> = {}): DestinationAsked => ({
  ...{ name: 'Ops', format: 'sluice', url: `http://127.0.0.1:${server.port}/T0P/SECRET-PATH?token=hush`, key: KEY },
  ...more,
})
function host(more: Partial<AlertsOptions> = {}): Promise<Alerts> {
  const allowed = allowedAddresses(['127.0.0.1'])
  if (!allowed) throw new Error('no addresses')
  const sendWebhook = createSendWebhook({ allowed, timeOutMs: 300 })
  return kit.host({ sendWebhook, pageUrl: () => 'https://ops.example.com/sluice/', ...more })
}
async function aHostThatTells(more: Partial<DestinationAsked> = {}, options: Partial<AlertsOptions> = {}) {
  const alerts = await host(options)
  const { id } = await alerts.addDestination(asked(more))
  await alerts.add({ ...ANY_ALERT, name: 'Down', destinationIds: [id] })
  return { alerts, id }
}
const lastOf = async (alerts: Alerts): Promise<DestinationNow['last']> =>
  (await nowOf(alerts)).destinations[0]?.last ?? null
async function delivered(alerts: Alerts, said: string, tries: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const last = await lastOf(alerts)
        return [last?.said.code, last?.tries]
      },
      { timeout: 20_000 },
    )
    .toEqual([said, tries])
}
type Event = Readonly<Record<string, unknown>> & { readonly findings: readonly Record<string, unknown>[] }

describe('a webhook', () => {
  it('gets the event, signed with the time, with names, words, figures and a link', async () => {
    const { alerts } = await aHostThatTells()
    await kit.look(alerts, 0, [billing])
    await delivered(alerts, 'alert.delivered', 1)
    const [got] = server.got
    const event = JSON.parse(got?.body ?? '') as Event
    expect(event).toMatchObject({
      ...{ event: 'finding.raised', at: new Date(kit.nowMs).toISOString(), count: 1 },
      ...{ alert: { name: 'Down' }, connection: { id: 'c1', name: 'Connection c1' } },
    })
    expect(event.findings).toEqual([
      {
        ...{ code: 'stalled', severity: 'bad', stream: 'orders', group: 'billing' },
        text: 'w holds 1 entry of orders / billing and was last seen 1 ms ago.',
        figures: { pending: 1, idleMs: 1, otherConsumers: 0, otherPending: 0 },
        since: new Date(kit.nowMs).toISOString(),
        link: 'https://ops.example.com/sluice/#/c1/group/orders/billing',
      },
    ])
    const [, seconds = '', signature] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(got?.headers['x-sluice-signature'])) ?? []
    expect(Number(seconds)).toBe(Math.floor(kit.nowMs / SECOND))
    expect(signature).toBe(createHmac('sha256', KEY).update(`${seconds}.${got?.body}`).digest('hex'))
    expect(got?.headers['x-sluice-event']).toBe(event['id'])
    await kit.look(alerts, MINUTE, [])
    await expect.poll(() => server.got.length).toBe(2)
    expect(JSON.parse(server.got[1]?.body ?? '')).toMatchObject({
      event: 'finding.resolved',
      findings: [{ code: 'stalled' }],
    })
  })

  it.each([
    ['503', [503, 503, 200], 'alert.delivered', 3],
    ['429', [429, 200], 'alert.delivered', 2],
    ['a reset', ['reset', 200], 'alert.delivered', 2],
    ['no answer', ['silence', 200], 'alert.delivered', 2],
    ['503 for ever', [503], 'alert.failing', 6],
    ['404', [404, 200], 'alert.refused', 1],
    ['401', [401, 200], 'alert.refused', 1],
    ['302', [302, 200], 'alert.redirected', 1],
  ] as const)('that answers with %s', async (_what, answers, said, tries) => {
    server.answers = answers.map((answer) => {
      if (answer === 'reset') return (_response, request) => request.socket.destroy()
      return answer === 'silence' ? () => undefined : answer
    })
    const { alerts } = await aHostThatTells()
    await kit.look(alerts, 0, [billing])
    await delivered(alerts, said, tries)
    expect(server.got).toHaveLength(tries)
    expect(new Set(server.got.map(({ body }) => body)).size).toBe(1)
  })

  it('rests longer after each try, and ends when Sluice does', async () => {
    const rests: number[] = []
    server.answers = [503]
    const rest = (ms: number, signal: AbortSignal) => {
      rests.push(ms)
      return rests.length < 3 ? Promise.resolve() : new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    const { alerts } = await aHostThatTells({}, { rest })
    await kit.look(alerts, 0, [billing])
    await expect.poll(() => rests).toEqual([2_000, 10_000, 30_000])
    await alerts.close()
    expect(server.got).toHaveLength(3)
    expect(await lastOf(await host())).toMatchObject({ isDelivered: false, said: { code: 'alert.closed' } })
  })

  it('holds up no other, and drops what waits the longest where there is too much', async () => {
    const rest = (_ms: number, signal: AbortSignal) =>
      new Promise((resolve) => signal.addEventListener('abort', resolve))
    const other = await startHookServer()
    other.answers = [503]
    try {
      const { alerts, id } = await aHostThatTells({ url: `http://127.0.0.1:${other.port}/` }, { rest })
      const { id: works } = await alerts.addDestination(asked())
      await alerts.add({ ...ANY_ALERT, destinationIds: [works] })
      for (let n = 0; n < 60; n += 1) await kit.look(alerts, MINUTE, n % 2 === 0 ? [billing] : [])
      await expect.poll(() => server.got.length, { timeout: 20_000 }).toBe(60)
      expect(other.got).toHaveLength(1)
      const { destinations } = await nowOf(alerts)
      expect(destinations.find((one) => one.id === id)?.last).toMatchObject({ said: { code: 'alert.queue-full' } })
    } finally {
      await other.close()
    }
  })

  it('gets one thing once, of two hosts on one data directory', async () => {
    const { alerts } = await aHostThatTells()
    const second = await host()
    await expect.poll(async () => (await nowOf(second)).alerts.length, { timeout: 20_000 }).toBe(1)
    for (const each of [alerts, second]) each.judged('c1', judgement([billing]))
    await Promise.all([alerts.look(), second.look()])
    await delivered(alerts, 'alert.delivered', 1)
    await delivered(second, 'alert.delivered', 1)
    expect(server.got).toHaveLength(1)
  })

  it('of Slack gets a text in which no name calls a channel or is a link', async () => {
    const { alerts } = await aHostThatTells({ format: 'slack' })
    await kit.look(alerts, 0, [on('<!channel> & <http://evil|x>')])
    await delivered(alerts, 'alert.delivered', 1)
    const { text, mrkdwn } = JSON.parse(server.got[0]?.body ?? '') as {
      readonly text: string
      readonly mrkdwn: boolean
    }
    expect(mrkdwn).toBe(false)
    expect(text).toContain('Down: 1 finding on Connection c1\nw holds 1 entry of orders / &lt;!channel&gt; &amp; ')
    expect(text).not.toContain('<')
    expect(text).toContain('https://ops.example.com/sluice/#/c1/group/orders/')
  })

  it('of Teams gets a card of plain text runs, with a button', async () => {
    const { alerts } = await aHostThatTells({ format: 'teams' })
    await kit.look(alerts, 0, [on('[x](http://evil)')])
    await delivered(alerts, 'alert.delivered', 1)
    const { attachments } = JSON.parse(server.got[0]?.body ?? '') as {
      readonly attachments: readonly { content: unknown }[]
    }
    expect(attachments[0]?.content).toMatchObject({
      type: 'AdaptiveCard',
      body: [
        { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'Down: 1 finding on Connection c1' }] },
        { type: 'RichTextBlock' },
        { type: 'RichTextBlock' },
      ],
      actions: [{ type: 'Action.OpenUrl' }],
    })
    expect(server.got[0]?.body).not.toContain('TextBlock","text')
  })
})

describe('a test', () => {
  it('tells at once, and once, what came of it, and stays listed', async () => {
    server.answers = [503]
    const alerts = await host()
    const { id } = await alerts.addDestination(asked())
    expect((await nowOf(alerts)).destinations).toMatchObject([{ isKnown: true, last: null }])
    const outcome = await alerts.testDestination(id)
    expect(outcome).toMatchObject({ isDelivered: false, isTest: true, tries: 1, said: { code: 'alert.failing' } })
    expect(await lastOf(alerts)).toEqual(outcome)
    expect(JSON.parse(server.got[0]?.body ?? '')).toMatchObject({ event: 'test', count: 0, findings: [] })
    await expect(alerts.testDestination('none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('of one whose address was in memory only says so after a restart; given again, it works', async () => {
    const before = await host()
    const { id } = await before.addDestination(asked())
    await before.close()
    const { secrets } = kit
    for (const each of ['get', 'has'] as const)
      Object.assign(secrets, { [each]: () => Promise.resolve(each === 'get' ? null : false) })
    const after = await host()
    expect((await nowOf(after)).destinations).toMatchObject([{ isKnown: false, isSigned: true }])
    expect(await after.testDestination(id)).toMatchObject({ said: { code: 'alert.address-unknown' } })
    await expect(after.changeDestination(id, { name: 'Ops', format: 'sluice' })).rejects.toMatchObject({
      ...{ code: 'BAD_INPUT', data: { field: 'url' } },
    })
  })
})

describe('a webhook that makes no sense is refused, without a word of what was given', () => {
  it.each(['ftp://a.example/x', 'not an address', 'javascript:alert(1)', 'file:///etc/passwd', 'https://'])(
    '%s',
    async (url) => {
      const alerts = await host()
      const refused = await alerts.addDestination(asked({ url })).catch((error: unknown) => error)
      expect(refused).toMatchObject({ code: 'BAD_INPUT', data: { field: 'url' } })
      expect(JSON.stringify(refused)).not.toContain('etc/passwd')
      expect((await nowOf(alerts)).destinations).toEqual([])
    },
  )
  it('one too many, and a change of one that is gone', async () => {
    const alerts = await host()
    for (let n = 0; n < 50; n += 1) await alerts.addDestination(asked())
    await expect(alerts.addDestination(asked())).rejects.toMatchObject({ data: { field: 'name' } })
    await expect(alerts.changeDestination('none', asked())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

it('address and key are nowhere but where secrets are: no file, no log, nothing that a page is told', async () => {
  server.answers = [503, (_response, request) => request.socket.destroy(), 404]
  const { alerts, id } = await aHostThatTells()
  await kit.look(alerts, 0, [billing])
  await delivered(alerts, 'alert.refused', 3)
  await alerts.changeDestination(id, { name: 'Ops 2', format: 'slack' })
  await alerts.testDestination(id)
  const files = readdirSync(kit.dataDir).map((name) => readFileSync(join(kit.dataDir, name), 'utf8'))
  const told = [...files, kit.memory.text(), JSON.stringify(await nowOf(alerts))].join('\n')
  expect(told).toContain(`http://127.0.0.1:${server.port}`)
  for (const secret of ['SECRET-PATH', 'hush', KEY]) expect(told).not.toContain(secret)
  await alerts.removeDestination(id)
  expect(await kit.secrets.get(id, 'webhook')).toBeNull()
})
