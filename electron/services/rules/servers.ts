import type { SavedConnection } from '../../../shared/model/connection'
import type { RuleStop } from '../../../shared/model/rule-stop'
import { readServerMark } from '../../redis/server-mark'
import type { Topology } from '../../redis/topology'
import { identityOf, judgeRun, metServer, type MetServer, type ServerIdentity } from '../journal/identity'

async function meet(connection: SavedConnection, topology: Topology): Promise<readonly MetServer[]> {
  return Promise.all(
    topology.primaries().map(async ({ reader }) => metServer(connection, await readServerMark(reader))),
  )
}

/** Who the servers behind a connection are. */
export async function readServers(connection: SavedConnection, topology: Topology): Promise<readonly ServerIdentity[]> {
  return (await meet(connection, topology)).map(identityOf)
}

/** Null: each of the servers behind the connection now is one of those of then. Throws UNREACHABLE. */
export async function judgeServers(
  then: readonly ServerIdentity[],
  connection: SavedConnection,
  topology: Topology,
): Promise<Extract<RuleStop, 'other-server' | 'unproven-server'> | null> {
  const verdicts = (await meet(connection, topology)).map((met) => then.map((known) => judgeRun(known, met).state))
  if (verdicts.every((states) => states.includes('same'))) return null
  return verdicts.every((states) => states.some((state) => state !== 'other')) ? 'unproven-server' : 'other-server'
}
