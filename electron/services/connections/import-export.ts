import {
  connectionProfile,
  secretPurpose,
  type ConnectionProfile,
  type ImportEntry,
} from '../../../shared/model/connection'
import type { Connections } from './connections'
import { readImport } from './import/read-import'

type Known = Pick<Connections, 'list' | 'save'>

/** What an import of this text would add, by their positions from 1 on. Throws BAD_INPUT. */
export async function planImport(text: string, connections: Known): Promise<ImportEntry[]> {
  const known = new Set((await connections.list()).map(serverOf))
  return readImport(text).map((item, index) => {
    const at = index + 1
    if (item.profile === null) {
      return { at, name: item.name, state: 'refused', profile: null, secrets: [], reason: item.reason, notes: [] }
    }
    const server = serverOf(item.profile)
    const state = known.has(server) ? 'known' : 'new'
    known.add(server)
    const secrets = secretPurpose.options.filter((purpose) => item.secrets[purpose] !== undefined)
    return { at, name: item.name, state, profile: item.profile, secrets, reason: null, notes: [...item.notes] }
  })
}

/** Saves those of the text that are chosen by their positions, and new; gives how many. Throws BAD_INPUT, STORAGE. */
export async function importConnections(text: string, chosen: readonly number[], connections: Known): Promise<number> {
  const entries = await planImport(text, connections)
  const items = readImport(text)
  const wanted = entries.filter(({ at, state }) => state === 'new' && chosen.includes(at))
  for (const { at } of wanted) {
    const item = items[at - 1]
    if (item?.profile) await connections.save({ profile: item.profile, secrets: item.secrets })
  }
  return wanted.length
}

/** Those that are saved, as an import takes them. Without secrets. */
export async function exportConnections(connections: Known): Promise<string> {
  const own = (await connections.list()).filter(({ givenBy }) => givenBy === null)
  // A profile has no secrets; what is beside it stays out.
  const profiles = own.map((each) => connectionProfile.parse(each))
  return `${JSON.stringify({ sluice: 'connections', version: 1, connections: profiles }, null, 2)}\n`
}

function serverOf({ endpoint, username, db, ssh }: ConnectionProfile): string {
  return JSON.stringify([endpoint, username, db, ssh])
}
