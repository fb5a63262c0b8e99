import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandKey, onlyKey } from '../../../electron/redis/command-key'
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

  /** Undefined: the server does not know the command. */
  async function keysOf(command: string, args: readonly unknown[]): Promise<readonly string[] | undefined> {
    try {
      return (await redis.client().call('COMMAND', 'GETKEYS', command, ...(args as string[]))) as string[]
    } catch (error) {
      const said = String(error)
      if (/no key arguments/i.test(said)) return []
      if (/invalid command/i.test(said)) return undefined
      throw error
    }
  }

  test.each(examples.filter(([, args]) => args.length > 0))(
    'a cluster is asked by the key of %s, where that has one',
    async (command, args) => {
      const keys = await keysOf(command, args)
      if (keys === undefined) return
      expect(commandKey(command, args)?.toString() ?? null).toBe(keys[0] ?? null)
      expect(onlyKey(command, args)?.toString() ?? null).toBe(keys.length === 1 ? keys[0] : null)
    },
  )
})
