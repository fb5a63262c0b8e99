import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandKey } from '../../../electron/redis/command-key'
import { onEachServer } from '../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { READING, WRITING } from './command-examples'

const examples = Object.entries({ ...READING, ...WRITING })

onEachServer('COMMAND GETKEYS of %s', (version) => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis({ version })
  })
  afterAll(() => redis.stop())

  /** The first key; null: none; undefined: the server does not know the command. */
  async function firstKey(command: string, args: readonly unknown[]): Promise<string | null | undefined> {
    try {
      const keys = (await redis.client().call('COMMAND', 'GETKEYS', command, ...(args as string[]))) as string[]
      return keys[0]
    } catch (error) {
      const said = String(error)
      if (/no key arguments/i.test(said)) return null
      if (/invalid command/i.test(said)) return undefined
      throw error
    }
  }

  test.each(examples.filter(([, args]) => args.length > 0))(
    'a cluster is asked by the key of %s, where that has one',
    async (command, args) => {
      const key = await firstKey(command, args)
      if (key !== undefined) expect(commandKey(command, args)?.toString() ?? null).toBe(key)
    },
  )
})
