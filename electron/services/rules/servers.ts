import type { SavedConnection } from '../../../shared/model/connection'
import type { RuleStop } from '../../../shared/model/rule-stop'
import { readServerMark } from '../../redis/server-mark'
import type { Topology } from '../../redis/topology'
import {
  identityOf,
  judgeServer,
  metServer,
  type MetServer,
  type ServerIdentity,
  type Verdict,
} from '../journal/identity'

async function meet(connection: SavedConnection, topology: Topology): Promise<readonly MetServer[]> {
  return Promise.all(
    topology.primaries().map(async ({ reader }) => metServer(connection, await readServerMark(reader))),
  )
}

/** Who the servers behind a connection are. */
export async function readServers(connection: SavedConnection, topology: Topology): Promise<readonly ServerIdentity[]> {
  return (await meet(connection, topology)).map(identityOf)
}

/** A rule does what it finds: a server that lost something in between is no other one to it. */
function stateOf(known: ServerIdentity, met: MetServer): Verdict['state'] {
  return met.mark !== null && known.runId === met.mark.runId && known.db === met.db
    ? 'same'
    : judgeServer(known, met).state
}

/** Null: each of the servers behind the connection now is one of those of then. Throws UNREACHABLE. */
export async function judgeServers(
  then: readonly ServerIdentity[],
  connection: SavedConnection,
  topology: Topology,
): Promise<Extract<RuleStop, 'other-server' | 'unproven-server'> | null> {
  const verdicts = (await meet(connection, topology)).map((met) => then.map((known) => stateOf(known, met)))
  if (verdicts.every((states) => states.includes('same'))) return null
  return verdicts.every((states) => states.some((state) => state !== 'other')) ? 'unproven-server' : 'other-server'
}
