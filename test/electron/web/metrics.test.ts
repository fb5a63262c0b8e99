import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../../electron/api/backend'
import type { Measured } from '../../../electron/api/measured'
import { metricsText, MOST_LISTED } from '../../../electron/web/metrics'
import { digestSecret } from '../../../electron/web/secret'
import type { StreamReport } from '../../../shared/model/monitoring'
import { AS_ADMIN } from '../../helpers/callers'
import { request } from '../../helpers/raw-http'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { createTestBackend } from '../../helpers/test-backend'
import { startTinyWebHost, type TinyWebHost } from '../../helpers/tiny-web-host'

const NAME = /^sluice_[a-z_]+$/
const SAMPLE =
  /^(sluice_[a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,|(?=\})))*)\} (-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/
const LABEL = /([a-z_]+)="((?:[^"\\\n]|\\[\\"n])*)"/g

/** Reads the text format strictly, as its specification has it: each name once, after its HELP and TYPE, no series twice. */
function parse(text: string): ReadonlyMap<string, readonly { labels: Record<string, string>; value: number }[]> {
  expect(text.endsWith('\n')).toBe(true)
  const found = new Map<string, { labels: Record<string, string>; value: number }[]>()
  const series = new Set<string>()
  let [helped, typed] = ['', '']
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (kind === 'HELP') {
      expect(found.has(name)).toBe(false)
      expect(name).toMatch(NAME)
      helped = name
    } else if (kind === 'TYPE') {
      expect([name, rest]).toEqual([helped, 'gauge'])
      typed = name
      found.set(name, [])
    } else {
      const [, of = '', labels = '', value = ''] = SAMPLE.exec(line) ?? []
      expect([line, of]).toEqual([line, typed])
      expect(series.has(`${of}{${labels}}`)).toBe(false)
      series.add(`${of}{${labels}}`)
      const unescape = (text: string) => text.replace(/\\([\\"n])/g, (_all, c: string) => (c === 'n' ? '\n' : c))
      const read = [...labels.matchAll(LABEL)].map(([, key = '', text = '']) => [key, unescape(text)])
      found.get(of)?.push({ labels: Object.fromEntries(read) as Record<string, string>, value: Number(value) })
    }
  }
  return found
}

type Group = StreamReport['summary']['groups'][number]
function report(
  key: StreamReport['summary']['key'],
  groups: readonly Partial<Group & { badness: number }>[],
): StreamReport {
  const summary = {
    key,
    length: 7,
    moreGroups: 0,
    lastId: null,
    entriesAdded: null,
    memoryBytes: null,
    atMs: 0,
    large: false,
    error: null,
  }
  const group: Group = {
    ...{ name: 'g', consumers: 1, pending: 3, lastDeliveredId: '1-0', beyondEnd: null, entriesRead: null },
    ...{
      lag: { value: 5, kind: 'exact' },
      oldestPendingId: '1-0',
      active: 1,
      stalled: 2,
      stalledPending: 1,
      worst: null,
    },
    ...{ stuck: 0, stuckPending: 0, worstStuck: null, oldestIdleMs: 1_500, mostDeliveries: 1, unread: null },
  }
  return {
    summary: { ...summary, groups: groups.map(({ badness: _badness, ...changes }) => ({ ...group, ...changes })) },
    readAtMs: 1_000,
    state: 'fine',
    groups: groups.map(({ badness = 1 }) => ({
      ...{ state: 'fine', isLagging: false, badness, rates: null, backlog: [], peek: null, claims: null },
      waiting: { ms: 250, kind: 'byId', atMostMs: 250 },
    })),
  }
}
const one = (streams: readonly StreamReport[], changes: Partial<Measured> = {}): Measured => ({
  ...{ id: 'c1', name: 'Orders', isUp: true, streams },
  ...changes,
})

describe('what is told', () => {
  test('each figure with its names, and by what a lag and a wait are known', () => {
    const found = parse(metricsText([one([report('orders', [{ name: 'billing' }])])], 3_000))
    const of = { connection: 'Orders', connection_id: 'c1' }
    const group = { ...of, stream: 'orders', group: 'billing' }
    expect(Object.fromEntries(found)).toEqual({
      sluice_connection_up: [{ labels: of, value: 1 }],
      sluice_streams: [{ labels: of, value: 1 }],
      sluice_streams_unreadable: [{ labels: of, value: 0 }],
      sluice_oldest_figure_age_seconds: [{ labels: of, value: 2 }],
      sluice_streams_not_listed: [{ labels: of, value: 0 }],
      sluice_groups_not_listed: [{ labels: of, value: 0 }],
      sluice_stream_length: [{ labels: { ...of, stream: 'orders' }, value: 7 }],
      sluice_group_lag_entries: [{ labels: { ...group, kind: 'exact' }, value: 5 }],
      sluice_group_pending_entries: [{ labels: group, value: 3 }],
      sluice_group_oldest_pending_idle_seconds: [{ labels: group, value: 1.5 }],
      sluice_group_waiting_seconds: [{ labels: { ...group, kind: 'byId' }, value: 0.25 }],
      sluice_group_stalled_consumers: [{ labels: group, value: 2 }],
    })
  })

  test('what is not known is not there: it is no 0', () => {
    const unknown = { lag: { value: null, kind: 'unknown' }, oldestIdleMs: null, stalled: null } as const
    const names = [...parse(metricsText([one([report('orders', [unknown])])], 3_000)).keys()]
    for (const name of ['lag_entries', 'oldest_pending_idle_seconds', 'stalled_consumers']) {
      expect(names).not.toContain(`sluice_group_${name}`)
    }
    expect(names).toContain('sluice_group_pending_entries')
  })

  test('of a connection that is down nothing but that; of none nothing', () => {
    const down = parse(metricsText([one([report('orders', [{}])], { isUp: false })], 3_000))
    expect([...down]).toEqual([['sluice_connection_up', [expect.objectContaining({ value: 0 })]]])
    expect(metricsText([], 3_000)).toBe('')
  })

  test('a stream that could not be read is counted, and has no figures', () => {
    const failed = report('secret', [{}])
    const streams = [
      { ...failed, summary: { ...failed.summary, error: { code: 'REDIS', data: {} } } },
      report('a', [{}]),
    ]
    const found = parse(metricsText([one(streams)], 3_000))
    expect(found.get('sluice_streams_unreadable')?.[0]?.value).toBe(1)
    expect(found.get('sluice_stream_length')).toHaveLength(1)
  })
})

describe('hostile names', () => {
  const NAMES = [
    '"} 1\n# HELP x',
    'back\\slash',
    '\\n',
    'line\nfeed',
    '\r',
    '\u0000',
    '',
    'ü€😀',
    '‮gnp',
    'base64:AAA=',
  ]
  const binary = { base64: '//4A' }

  test('of any bytes are one label each, and none is another’s', () => {
    const keys = [...NAMES, binary, 'base64:AAA', { base64: 'AAA=' }]
    const streams = keys.map((key) =>
      report(
        key,
        keys.map((name) => ({ name })),
      ),
    )
    const found = parse(metricsText([one(streams, { name: '"evil"\n' })], 3_000))
    expect(found.get('sluice_stream_length')?.map(({ labels }) => labels['stream'])).toEqual(
      expect.arrayContaining(['"} 1\n# HELP x', 'back\\slash', '\\n', 'line\nfeed', 'base64://4A']),
    )
    expect(found.get('sluice_group_pending_entries')).toHaveLength(keys.length ** 2)
  })

  test('long ones are cut, and stay apart', () => {
    const long = 'x'.repeat(100_000)
    const found = parse(
      metricsText(
        [one([report(`${long}a`, [{}]), report(`${long}b`, [{}]), report(`${'x'.repeat(127)}😀`, [])])],
        3_000,
      ),
    )
    for (const { labels } of found.get('sluice_stream_length') ?? []) expect(labels['stream']?.length).toBeLessThan(160)
    expect(found.get('sluice_stream_length')).toHaveLength(3)
  })
})

test('however many groups there are, the worst are listed and the others counted', () => {
  const streams = Array.from({ length: 40 }, (_, n) =>
    report(
      `s${n}`,
      Array.from({ length: 50 }, (_each, m) => ({ name: `g${m}`, badness: n * 50 + m })),
    ),
  )
  streams.push({ ...report('more', []), summary: { ...report('more', []).summary, moreGroups: 9 } })
  const found = parse(metricsText([one(streams)], 3_000))
  const listed = found.get('sluice_group_pending_entries') ?? []
  expect(listed).toHaveLength(MOST_LISTED)
  expect(listed.some(({ labels }) => labels['stream'] === 's0')).toBe(false)
  expect(listed.some(({ labels }) => labels['stream'] === 's39')).toBe(true)
  expect(found.get('sluice_groups_not_listed')?.[0]?.value).toBe(2_000 - MOST_LISTED + 9)
  const two = parse(metricsText([one(streams), one(streams, { id: 'c2' })], 3_000))
  expect(two.get('sluice_group_pending_entries')).toHaveLength(MOST_LISTED)
})

describe('over the web', () => {
  const TOKEN = 'a-token-of-some-length'
  let host: TinyWebHost
  beforeAll(async () => {
    host = await startTinyWebHost({ metrics: { token: digestSecret(TOKEN), read: () => Promise.resolve('told\n') } })
  })
  afterAll(() => host.stop())
  const get = (headers: Readonly<Record<string, string>>, method = 'GET') =>
    request(host.port, { method, path: '/metrics', headers })

  test('to whoever gives the token, in the format’s type', async () => {
    const told = await get({ authorization: `Bearer ${TOKEN}` })
    expect(told).toMatchObject({ status: 200, body: 'told\n' })
    expect(told.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  test.each([
    ['none', {}],
    ['another', { authorization: `Bearer ${TOKEN}x` }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['another way', { authorization: `Basic ${TOKEN}` }],
  ])('to nobody with %s', async (_what, headers) => {
    const refused = await get(headers)
    expect(refused).toMatchObject({ status: 401, body: 'Unauthorized\n' })
    expect(refused.headers['www-authenticate']).toBe('bearer')
  })

  test('a session is no token, the token opens nothing else, and none of it is posted', async () => {
    expect((await get({ cookie: (await host.enter()).cookie })).status).toBe(401)
    const authorization = `Bearer ${TOKEN}`
    for (const path of ['/', '/rpc', '/session']) {
      expect((await request(host.port, { path, headers: { authorization } })).status).toBe(401)
    }
    expect((await get({ authorization }, 'POST')).status).toBe(405)
    expect((await get({ authorization, host: 'evil.example' })).status).toBe(403)
    expect(host.logged()).not.toContain(TOKEN)
  })

  test('it is not there unless it was asked for', async () => {
    const off = await startTinyWebHost()
    expect((await request(off.port, { path: '/metrics', headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(
      401,
    )
    await off.stop()
  })
})

describe('of a real server', () => {
  let redis: TestRedis
  let backend: Backend
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-metrics-'))
  beforeAll(async () => {
    redis = await startRedis()
    backend = await createTestBackend(dataDir, { walkFrom: 'opened' })
  })
  afterEach(() => backend.close())
  afterAll(async () => {
    await redis.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  test('what the walk knows is told, and asking for it sends nothing', async () => {
    const direct = redis.client()
    await direct.xgroup('CREATE', 'orders', 'billing', '0', 'MKSTREAM')
    for (let n = 1; n <= 5; n += 1) await direct.xadd('orders', `${n}-0`, 'a', 'b')
    await direct.xreadgroup('GROUP', 'billing', 'w', 'COUNT', 2, 'STREAMS', 'orders', '>')
    const api = createRouterClient(backend.router, { context: AS_ADMIN })
    const { id: connectionId } = await api.connection.save({ profile: redis.connection(), secrets: {} })
    expect(await backend.measured()).toEqual([])
    await api.connection.open({ connectionId })
    await expect.poll(async () => (await backend.measured())[0]?.streams.length).toBe(1)
    await api.host.saveSettings({ refreshSeconds: 0 })
    const sent = async () => /total_commands_processed:(\d+)/.exec(await direct.info('stats'))?.[1]
    let before = await sent()
    // What was on its way.
    await expect
      .poll(async () => {
        const [last, now] = [before, await sent()]
        before = now
        return Number(now) - Number(last)
      })
      .toBe(1)
    const found = parse(metricsText(await backend.measured(), Date.now()))
    for (let n = 0; n < 20; n += 1) await backend.measured()
    expect(Number(await sent()) - Number(before)).toBe(1)
    expect(found.get('sluice_stream_length')?.[0]).toMatchObject({ value: 5 })
    expect(found.get('sluice_group_pending_entries')?.[0]).toMatchObject({ value: 2 })
    expect(found.get('sluice_group_lag_entries')?.[0]).toMatchObject({ value: 3, labels: { kind: 'exact' } })
    await api.connection.close({ connectionId })
    expect(await backend.measured()).toEqual([])
  })
})
