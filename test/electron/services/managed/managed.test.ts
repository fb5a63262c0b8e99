import { afterEach, describe, expect, test } from 'vitest'
import { ORPCError } from '@orpc/client'
import { errorWords } from '../../../../shared/words/errors'
import { ack, claimTo, GROUP, KEY, ofConsumer, openSluice, type Sluice } from '../recovery/recovery-kit'
import { infoOf, startLimited, without, type LimitedServer, type Limits } from './limited-server'

let server: LimitedServer | null = null
let sluice: Sluice | null = null
afterEach(async () => {
  await sluice?.stop()
  await server?.stop()
  server = null
  sluice = null
})

type Step = 'discover' | 'browse' | 'groups' | 'consumers' | 'pending' | 'claim' | 'undo' | 'ack'
/** What became of a step: `done`, or why not, in words. */
type Outcome = Readonly<Record<Step, string>>
const ALL_DONE: Outcome = {
  ...{ discover: 'done', browse: 'done', groups: 'done', consumers: 'done', pending: 'done' },
  ...{ claim: 'done', undo: 'done', ack: 'done' },
}

async function open(limits: Limits): Promise<Sluice> {
  server = await startLimited(limits)
  const { cli } = server.real
  await cli('XGROUP', 'CREATE', KEY, GROUP, '0', 'MKSTREAM')
  for (let at = 1; at <= 5; at += 1) await cli('XADD', KEY, `${at}-0`, 'n', String(at))
  await cli('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', '5', 'STREAMS', KEY, '>')
  const { host, port } = server.proxy
  sluice = await openSluice(server.real.connection({ endpoint: { kind: 'tcp', host, port } }))
  return sluice
}

/** By whom entries are held. */
async function holder(): Promise<string> {
  const rows = await server!.real.cli('XPENDING', KEY, GROUP, '-', '+', '10')
  return [...new Set(rows.match(/alice|bob/g))].join()
}

/** Takes every step, and what is refused must have words, with a next step. */
async function walk(of: Sluice): Promise<Outcome> {
  const { api, connectionId } = of
  const on = { connectionId, key: KEY }
  const inGroup = { ...on, group: GROUP }
  let claimed: Awaited<ReturnType<Sluice['recover']>> | null = null
  const steps: Readonly<Record<Step, () => Promise<unknown>>> = {
    async discover() {
      const keys: unknown[] = []
      for await (const event of await api.stream.discover({ connectionId, fresh: true })) {
        keys.push(...event.keys)
        if (event.state !== 'scanning') break
      }
      expect(keys).toEqual([KEY])
    },
    async browse() {
      const { entries } = await api.entry.page({ ...on, order: 'oldest', count: 10 })
      expect(entries).toHaveLength(5)
    },
    async groups() {
      expect(await api.group.list({ ...on, countLag: true })).toMatchObject([{ name: GROUP, pending: 5 }])
    },
    async consumers() {
      expect(await api.group.consumers(inGroup)).toMatchObject([{ name: 'alice', pending: 5 }])
    },
    async pending() {
      const { entries } = await api.pending.page({ ...inGroup, count: 10, bodies: true })
      expect(entries).toHaveLength(5)
    },
    async claim() {
      claimed = await of.recover(ofConsumer('alice'), claimTo('bob'))
      expect(claimed).toMatchObject({ state: 'done', counts: { changed: 5 } })
      expect(await holder()).toBe('bob')
    },
    async undo() {
      if (claimed === null) return
      expect(await of.undo(claimed)).toMatchObject({ state: 'done', counts: { changed: 5 } })
      expect(await holder()).toBe('alice')
    },
    async ack() {
      expect(await of.recover(ofConsumer('alice'), ack)).toMatchObject({ state: 'done', counts: { changed: 5 } })
      expect(await holder()).toBe('')
    },
  }
  const outcome: Record<string, string> = {}
  for (const [name, step] of Object.entries(steps)) {
    outcome[name] = await step().then(
      () => 'done',
      (error: unknown) => {
        if (!(error instanceof ORPCError)) throw error
        const words = errorWords({ code: String(error.code), data: error.data as unknown })
        if (!words?.title || !words.next) throw error
        return `${error.code}: ${words.title}`
      },
    )
  }
  return outcome as Outcome
}

const server7 = { redis_version: '7.4.0', redis_mode: 'standalone' }

describe('managed services', () => {
  const profiles: Readonly<Record<string, Limits>> = {
    'ElastiCache: no CONFIG, DEBUG, persistence and replication': {
      config: without(
        'CONFIG',
        'DEBUG',
        'MIGRATE',
        'SAVE',
        'BGSAVE',
        'BGREWRITEAOF',
        'REPLICAOF',
        'SLAVEOF',
        'SYNC',
        'PSYNC',
      ),
    },
    'Azure: no CONFIG, CLUSTER, ACL': {
      config: without(
        'CONFIG',
        'DEBUG',
        'BGSAVE',
        'MIGRATE',
        'SAVE',
        'SHUTDOWN',
        'REPLICAOF',
        'SYNC',
        'PSYNC',
        'CLUSTER',
        'ACL',
      ),
    },
    'Memorystore: no CONFIG, COMMAND, OBJECT, ACL': {
      config: without('CONFIG', 'COMMAND', 'MONITOR', 'OBJECT', 'ACL', 'LATENCY', 'MODULE'),
    },
    'Upstash: COMMAND empty, INFO short, no CONFIG, no CLIENT': {
      config: without('CONFIG', 'CLIENT'),
      answers: { COMMAND: '*0\r\n', INFO: infoOf({ redis_version: '8.2.0', connected_clients: '1' }) },
    },
    'no CLIENT, HELLO, ACL, MEMORY or EVAL: RESP2 only': {
      config: without(
        'CONFIG',
        'CLIENT',
        'HELLO',
        'ACL',
        'MEMORY',
        'EVAL',
        'EVALSHA',
        'EVAL_RO',
        'SCRIPT',
        'FUNCTION',
        'FCALL',
      ),
    },
    'no INFO, COMMAND, DBSIZE, PING or MULTI either': {
      config: without('CONFIG', 'CLIENT', 'INFO', 'COMMAND', 'DBSIZE', 'PING', 'MULTI', 'EVAL', 'EVAL_RO', 'ROLE'),
    },
  }
  test.each(Object.entries(profiles))('%s: all of it works', async (_what, limits) => {
    expect(await walk(await open(limits))).toEqual(ALL_DONE)
  })

  test('without TIME the clock is the one that INFO tells', async () => {
    expect(await walk(await open({ config: without('TIME') }))).toEqual(ALL_DONE)
  })

  test('without TIME nothing is judged by ages that nobody knows: what needs them says so', async () => {
    const needed = 'UNSUPPORTED: Not possible here: TIME'
    const less = { claim: needed, ack: needed }
    const answers = { INFO: infoOf({ ...server7, role: 'master' }) }
    expect(await walk(await open({ config: without('TIME'), answers }))).toEqual({ ...ALL_DONE, ...less })
  })
})

describe('relatives of Redis', () => {
  const relatives: Readonly<Record<string, readonly [Limits, Partial<Outcome>, string]>> = {
    dragonfly: [
      {
        answers: { INFO: infoOf({ ...server7, dragonfly_version: 'df-v1.31.0', role: 'master' }) },
        unknown: ['XACKDEL', 'XDELEX', 'XNACK', 'XCFGSET', 'LATENCY'],
        unknownText: (command) => `ERR unknown command \`${command}\``,
      },
      {},
      '1.31.0',
    ],
    keydb: [
      {
        answers: {
          INFO: infoOf({ redis_version: '6.3.4', keydb_version: '6.3.4', redis_mode: 'standalone', role: 'master' }),
        },
        unknown: ['EVAL_RO', 'XACKDEL', 'XDELEX', 'XNACK', 'XCFGSET', 'FUNCTION'],
      },
      {},
      '6.3.4',
    ],
    kvrocks: [
      {
        answers: {
          INFO: infoOf({ ...server7, kvrocks_version: '2.12.0' }),
          'CLIENT SETINFO': '-ERR Unknown CLIENT subcommand or wrong number of arguments\r\n',
        },
        unknown: ['XACKDEL', 'XDELEX', 'XNACK', 'XCFGSET', 'MEMORY', 'ACL'],
        unknownText: () => 'ERR unknown command',
      },
      {},
      '2.12.0',
    ],
  }
  test.each(Object.entries(relatives))(
    '%s is called by its name, and works',
    async (product, [limits, less, version]) => {
      const of = await open(limits)
      expect(await walk(of)).toEqual({ ...ALL_DONE, ...less })
      const watched = await of.api.connection.watch({ connectionId: of.connectionId })
      for await (const { server: info } of watched) {
        expect(info).toMatchObject({ product, version, capabilities: { xnack: { available: false } } })
        break
      }
    },
  )

  test('garnet has streams without groups: entries are shown, the rest says why it is not', async () => {
    const of = await open({
      answers: { INFO: infoOf({ ...server7, garnet_version: '1.0.80' }) },
      unknown: [
        'XGROUP',
        'XINFO',
        'XPENDING',
        'XREADGROUP',
        'XACK',
        'XCLAIM',
        'XAUTOCLAIM',
        'EVAL_RO',
        'XNACK',
        'XACKDEL',
        'XDELEX',
        'XCFGSET',
        'XSETID',
      ],
      unknownText: () => 'ERR unknown command',
    })
    const outcome = await walk(of).catch((error: unknown) => error)
    expect(outcome).toMatchObject({ discover: 'done', browse: 'done' })
    const works = ['discover', 'browse', 'undo']
    const refused = Object.entries(outcome as Outcome).filter(([step]) => !works.includes(step))
    for (const [step, words] of refused) expect(words, step).toMatch(/XINFO|XPENDING|xclaim|xack|XCLAIM|XACK|XGROUP/)
  })
})
