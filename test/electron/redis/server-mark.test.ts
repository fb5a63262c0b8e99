import { expect, test } from 'vitest'
import type { Reader } from '../../../electron/redis/reader-writer'
import { hasEverFollowed, readServerMark } from '../../../electron/redis/server-mark'
import { AppError } from '../../../shared/error'

const LOST = new AppError('UNREACHABLE', { reason: 'closed', endpoint: 'here', detail: null })
const DENIED = new AppError('REDIS', { prefix: 'NOPERM', reply: 'NOPERM', command: 'INFO' })

/** Answers each section of INFO with this. */
function telling(sections: Readonly<Record<string, string | AppError>>): Reader {
  return {
    call: () => Promise.reject(new Error('not asked')),
    pipeline: (lines) =>
      Promise.resolve(
        lines.map(([, section]) => {
          const told = sections[String(section)] ?? ''
          return typeof told === 'string' ? Buffer.from(told) : told
        }),
      ),
  }
}

test.each([
  ['a node that does not say whether it is of a cluster', '', null],
  ['a node of a cluster', 'cluster_enabled:1', null],
  ['any other that was never told to', 'cluster_enabled:0', false],
])('%s: whether it ever followed another one', async (_who, cluster, followed) => {
  expect(await hasEverFollowed(telling({ commandstats: 'cmdstat_xadd:calls=1', cluster }))).toBe(followed)
})

test.each(['replicaof', 'slaveof', 'failover'])('one that was told so by %s has followed another one', async (by) => {
  const told = { commandstats: `cmdstat_${by}:calls=1,usec=9`, cluster: 'cluster_enabled:0' }
  expect(await hasEverFollowed(telling(told))).toBe(true)
})

test('one that refuses to tell is not known; one that is lost is not taken for one that refuses', async () => {
  const server = 'run_id:abc'
  expect(await readServerMark(telling({ server }))).toMatchObject({ runId: 'abc' })
  expect(await readServerMark(telling({ server, persistence: DENIED }))).toBeNull()
  await expect(readServerMark(telling({ server, replication: LOST }))).rejects.toBe(LOST)
  await expect(hasEverFollowed(telling({ cluster: LOST }))).rejects.toBe(LOST)
})
