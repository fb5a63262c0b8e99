import { expect, test } from 'vitest'
import type { RedisClient } from '../../../../electron/redis/client'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { createWritesUnderWay } from '../../../../electron/redis/cluster/writes-under-way'

function resolvers() {
  let resolve: (value: number) => void = () => undefined
  const promise = new Promise<number>((done) => (resolve = done))
  return { promise, resolve }
}

/** A reader that says who was asked what, in order. */
function told(name: string, log: string[]): Reader {
  return {
    call: (command) => Promise.resolve((log.push(`${name} ${command}`), name)),
    pipeline: (lines) => Promise.resolve(lines.map(([command]) => (log.push(`${name} ${command}`), name))),
  }
}

test('what is read goes out at once, and once, where the writes before it were carried out where they were sent', async () => {
  const log: string[] = []
  const writes = createWritesUnderWay()
  const answer = resolvers()
  const write = writes.follow(() => answer.promise)
  const time = writes.behind(told('home', log)).call('TIME')
  expect(log).toEqual(['home TIME'])
  answer.resolve(1)
  expect([await write, await time, log]).toEqual([1, 'home', ['home TIME']])
})

test('behind a redirected one the clock is that of whoever carried it out, and a key is read again', async () => {
  const log: string[] = []
  const writes = createWritesUnderWay()
  const answer = resolvers()
  const other = { reader: told('other', log) } as RedisClient
  const write = writes.follow(async (redirected) => {
    const result = await answer.promise
    redirected(other)
    return result
  })
  const reader = writes.behind(told('home', log))
  const reads = [reader.call('TIME'), reader.call('XLEN', 'k'), reader.pipeline([['XLEN', 'k']])]
  expect(log).toEqual(['home TIME', 'home XLEN', 'home XLEN'])
  answer.resolve(1)
  await write
  expect(await Promise.all(reads)).toEqual(['other', 'home', ['home']])
  expect(log.slice(3)).toEqual(['other TIME', 'home XLEN', 'home XLEN'])
  expect(await reader.call('TIME')).toBe('home')
})

test('a write that fails, and one that comes after, change nothing of what is read', async () => {
  const log: string[] = []
  const writes = createWritesUnderWay()
  const failed = writes.follow(() => Promise.reject(new Error('refused')))
  const time = writes.behind(told('home', log)).call('TIME')
  const later = writes.follow((redirected) => {
    redirected({ reader: told('other', log) } as RedisClient)
    return Promise.resolve(2)
  })
  await expect(failed).rejects.toThrow('refused')
  expect([await time, await later, log]).toEqual(['home', 2, ['home TIME']])
})
