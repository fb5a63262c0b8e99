import { expect, test } from 'vitest'
import { prefetch } from '../../../../electron/services/recovery/selection/prefetch'

/** Gives 1, 2, 3 …, and writes down when it is asked for each, and when it is left. */
function source(log: string[], { length = 3, failsAt = Infinity } = {}): AsyncGenerator<number, void> {
  return (async function* () {
    try {
      for (let value = 1; value <= length; value += 1) {
        log.push(`read ${value}`)
        await Promise.resolve()
        if (value === failsAt) throw new Error(`no ${value}`)
        yield value
      }
    } finally {
      log.push('left')
    }
  })()
}

async function walk(values: AsyncIterable<number>, log: string[], stopAt = Infinity): Promise<void> {
  for await (const value of values) {
    await new Promise(setImmediate)
    log.push(`done with ${value}`)
    if (value === stopAt) return
  }
}

test('the next value is read while one is worked on, and none beyond it', async () => {
  const log: string[] = []
  await walk(prefetch(source(log)), log)
  expect(log).toEqual(['read 1', 'read 2', 'done with 1', 'read 3', 'done with 2', 'left', 'done with 3'])
})

test('nothing comes of nothing', async () => {
  const log: string[] = []
  await walk(prefetch(source(log, { length: 0 })), log)
  expect(log).toEqual(['left'])
})

test('an error of the reading waits for its turn', async () => {
  const log: string[] = []
  await expect(walk(prefetch(source(log, { failsAt: 2 })), log)).rejects.toThrow('no 2')
  expect(log).toEqual(['read 1', 'read 2', 'left', 'done with 1'])
})

test('an error of the reading is nobody’s when its turn never comes', async () => {
  const log: string[] = []
  await walk(prefetch(source(log, { failsAt: 2 })), log, 1)
  expect(log).toEqual(['read 1', 'read 2', 'left', 'done with 1'])
})

test('who leaves before the end leaves nothing open', async () => {
  const log: string[] = []
  await walk(prefetch(source(log)), log, 1)
  expect(log).toEqual(['read 1', 'read 2', 'done with 1', 'left'])
})
