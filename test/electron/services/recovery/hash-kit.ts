import type { Redis } from 'ioredis'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { GROUP, KEY } from './recovery-kit'

/** To hashes `tweet:` and the value of the field `id`, as the monitor does. */
export const handle = (some: Partial<Extract<RecoveryAction, { kind: 'handle' }>> = {}): RecoveryAction => ({
  kind: 'handle',
  to: 'monitor',
  minIdleMs: 0,
  prefix: 'tweet:',
  idField: 'id',
  ...some,
})

/** A write of a hash, by the script that compares first. */
export const isHashWrite = ([name, lua = '']: readonly string[]): boolean =>
  name === 'EVAL' && lua.includes("'HSET'") && lua.includes("'other'")

/** The script that acks. */
export const isAck = ([name, lua = '']: readonly string[]): boolean => name === 'EVAL' && lua.includes("'XACK'")

export type Fields = readonly (string | Buffer)[]

/** Entries `1-0`, `2-0`… with these fields, all delivered to alice. */
export async function tweets(direct: Redis, entries: readonly Fields[]): Promise<void> {
  const pipeline = direct.pipeline()
  entries.forEach((fields, at) => pipeline.xadd(KEY, `${at + 1}-0`, ...fields))
  pipeline.xgroup('CREATE', KEY, GROUP, '0')
  pipeline.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', entries.length, 'STREAMS', KEY, '>')
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

export const numbered = (count: number): readonly Fields[] =>
  Array.from({ length: count }, (_, at) => ['id', `t${at + 1}`, 'text', `number ${at + 1}`])
