import { isAppError } from '../../../shared/error'
import { betterWay, type BetterWay } from '../../../shared/model/connection'
import { knownNodes } from '../../redis/cluster/known-nodes'
import type { Reader } from '../../redis/reader-writer'
import { watchedPrimaries } from '../../redis/sentinel/primary-address'

/** What is meant more likely than this server, by what INFO told of it. Throws UNREACHABLE; whatever else it is answered is less told. */
export async function readBetterWay(
  reader: Reader,
  told: ReadonlyMap<string, string>,
  mode: string,
): Promise<BetterWay | null> {
  if (mode === 'sentinel') return { kind: 'sentinel', primaries: [...((await orNull(watchedPrimaries(reader))) ?? [])] }
  if (mode === 'cluster') {
    const nodes = await orNull(knownNodes(reader))
    return nodes === 1 ? null : { kind: 'cluster', nodes }
  }
  if (told.get('role') !== 'slave') return null
  const primary = { kind: 'primary', host: told.get('master_host'), port: Number(told.get('master_port')) }
  // What it says may be anything, and the page's form is filled with it.
  const { data } = betterWay.safeParse(primary)
  return data ?? null
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (isAppError(error, 'UNREACHABLE')) throw error
    return null
  }
}
