import { ORPCError } from '@orpc/client'
import type { Redis } from 'ioredis'
import { expect } from 'vitest'
import type { TestRedis } from '../../../helpers/redis-server'
import { GROUP, isOpen, type Sluice } from '../recovery/recovery-kit'
import { replaceBy, stateOf, withBodies, withLaterIds, type StreamState } from './stream-state'

/** What may come between plan, run and undo: whether all is what it was, and what is not. */
export const EVENTS = {
  nothing: 'same',
  'the server is restarted with its data': 'same',
  'the connection is lost': 'same',
  'the streams are renamed, and back': 'same',
  'the streams are dumped, and restored over themselves': 'same',
  'the database is swapped with another one, and back': 'same',
  'another connection to it is made, under another name': 'same',
  'the streams are made anew, with other bodies': 'streams',
  'the streams are made anew, with other entries': 'streams',
  'another server is there, with the same ids': 'streams',
  'the database is swapped with one of other bodies': 'streams',
  'it is a copy in another database': 'streams',
  'the groups are made anew from the start': 'groups',
  'the groups are made anew where they stood': 'groups',
  'the groups are made anew, and read by others to where they stood': 'groups',
} as const
export type Event = keyof typeof EVENTS

/** Nobody connects to it. */
const SPARE = 2

/** The connection to go on with, and the client that sees what it sees. */
export interface Connected {
  readonly connectionId: string
  readonly direct: Redis
}

export interface Ground extends Connected {
  readonly redis: TestRedis
  readonly sluice: Sluice
}

export async function streamsOf(direct: Redis, key: string): Promise<string[]> {
  const names = (await direct.keys(`${key}*`)).sort()
  const types = await Promise.all(names.map((name) => direct.type(name)))
  return names.filter((_, at) => types[at] === 'stream')
}

/** Once it is answered again, by both. */
async function isBack({ direct, connectionId, sluice }: Ground): Promise<void> {
  await expect.poll(() => direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
  await isOpen({ api: sluice.api, connectionId })
  const look = () =>
    sluice.api.stream.info({ connectionId, key: 'none' }).then(
      () => true,
      (error: unknown) => error instanceof ORPCError && error.code === 'NOT_FOUND',
    )
  await expect.poll(look, { timeout: 20_000 }).toBe(true)
}

export async function happen(event: Event, key: string, ground: Ground): Promise<Connected> {
  const { direct, redis, connectionId } = ground
  const replaced = async (how: (state: StreamState) => StreamState) => {
    for (const name of await streamsOf(direct, key)) await replaceBy(direct, name, how(await stateOf(direct, name)))
  }
  switch (event) {
    case 'nothing':
      break
    case 'the server is restarted with its data':
      await redis.restart({ keepData: true })
      break
    case 'the connection is lost':
      await direct.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      break
    case 'the streams are renamed, and back':
      for (const name of await streamsOf(direct, key)) {
        await direct.rename(name, `away:${name}`)
        await direct.rename(`away:${name}`, name)
      }
      break
    case 'the streams are dumped, and restored over themselves':
      for (const name of await streamsOf(direct, key)) {
        await direct.call('RESTORE', name, 0, await direct.dumpBuffer(name), 'REPLACE')
      }
      break
    case 'the database is swapped with another one, and back':
      await direct.swapdb(direct.options.db ?? 0, SPARE)
      await direct.swapdb(direct.options.db ?? 0, SPARE)
      break
    case 'the database is swapped with one of other bodies': {
      const there = redis.client({ stringNumbers: true, db: SPARE })
      for (const name of await streamsOf(direct, key)) {
        await replaceBy(there, name, withBodies(await stateOf(direct, name), 'n', 'another'))
      }
      await direct.swapdb(direct.options.db ?? 0, SPARE)
      break
    }
    case 'another connection to it is made, under another name':
      return connected(ground, { endpoint: { kind: 'tcp', host: 'localhost', port: redis.port } }, direct)
    case 'it is a copy in another database': {
      if (direct.options.db === 1) break
      const copy = redis.client({ stringNumbers: true, db: 1 })
      for (const name of await direct.keys(`${key}*`)) await direct.call('COPY', name, name, 'DB', 1, 'REPLACE')
      return connected(ground, { db: 1 }, copy)
    }
    case 'the streams are made anew, with other bodies':
      await replaced((state) => withBodies(state, 'n', 'another'))
      break
    case 'the streams are made anew, with other entries':
      await replaced(withLaterIds)
      break
    case 'another server is there, with the same ids': {
      const names = await streamsOf(direct, key)
      const states = await Promise.all(names.map((name) => stateOf(direct, name)))
      await direct.flushall()
      await redis.restart({ keepData: true })
      await isBack(ground)
      for (const [at, state] of states.entries())
        await replaceBy(direct, names[at] ?? '', withBodies(state, 'n', 'another'))
      break
    }
    case 'the groups are made anew from the start':
    case 'the groups are made anew where they stood':
    case 'the groups are made anew, and read by others to where they stood':
      for (const name of await streamsOf(direct, key)) {
        const { groups, entries } = await stateOf(direct, name)
        // One that was destroyed is made anew as well.
        const stood = new Map([
          [GROUP, entries.at(-1)?.[0] ?? '0-0'],
          ...groups.map((each) => [each.name, each.lastDeliveredId] as const),
        ])
        for (const [group, lastDeliveredId] of stood) {
          await direct.xgroup('DESTROY', name, group)
          const start = event === 'the groups are made anew where they stood' ? lastDeliveredId : '0'
          await direct.xgroup('CREATE', name, group, start)
          if (event !== 'the groups are made anew, and read by others to where they stood') continue
          const ids = (await direct.xrange(name, '-', lastDeliveredId)).map(([id]) => id)
          if (ids.length === 0) continue
          await direct.xreadgroup('GROUP', group, 'zoe', 'COUNT', ids.length, 'STREAMS', name, '>')
          await direct.xack(name, group, ...ids)
        }
      }
  }
  await isBack(ground)
  return { connectionId, direct }
}

async function connected(
  { redis, sluice }: Ground,
  profile: Parameters<TestRedis['connection']>[0],
  direct: Redis,
): Promise<Connected> {
  const { id } = await sluice.api.connection.save({
    profile: redis.connection({ name: 'again', db: direct.options.db ?? 0, ...profile }),
  })
  await sluice.api.connection.open({ connectionId: id })
  return { connectionId: id, direct }
}
