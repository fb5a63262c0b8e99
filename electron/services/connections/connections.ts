import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import {
  connectionProfile,
  type Connection,
  type ConnectionProfile,
  type ConnectionStatus,
  type ServerInfo,
} from '../../../shared/model/connection'
import { createRedisClient, type ConnectionTimings, type RedisClient } from '../../redis/client'
import { endpointName } from '../../redis/dial'
import type { Reader } from '../../redis/reader-writer'
import { toBuffer } from '../../redis/bytes'
import { unreachable } from '../../redis/errors'
import type { Source } from '../../redis/source'
import { standalone, type Topology } from '../../redis/topology'
import { readServerInfo } from './capabilities'
import { createLink, measureLatency, type Link } from './link'
import type { Secrets } from './secrets'
import { openStore, type Store } from '../lib/json-file'

/** `password` undefined: the one known for this id; null: none. */
export interface ConnectionDraft {
  readonly id?: string | undefined
  readonly profile: ConnectionProfile
  readonly password?: string | null | undefined
}

export interface ConnectionTest {
  readonly server: ServerInfo
  readonly latencyMs: number
}

/** Saved connections and those of this session, and the client of each. Every `id` unknown is NOT_FOUND. */
export interface Connections {
  list(): readonly Connection[]
  get(id: string): Connection
  /** For this session only: never on disk. */
  add(profile: ConnectionProfile, password: string | null, id?: string): Connection
  /** New, or changed. What is open is closed when the change means another connection. Throws STORAGE. */
  save(draft: ConnectionDraft): Connection
  remove(id: string): void
  /** Opens the draft beside everything else, asks what the server is, and closes. Throws UNREACHABLE. */
  test(draft: ConnectionDraft): Promise<ConnectionTest>
  /** Opens, or joins what is open. A password given is kept in memory. Throws UNREACHABLE. */
  open(id: string, password?: string): Promise<ConnectionStatus>
  /** Closes one, or all. */
  close(id?: string): void
  status(id: string): ConnectionStatus
  watch(id: string, signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** The same without asking for the latency: costs the server nothing. */
  states(id: string, signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** These throw UNREACHABLE not-open where the connection is closed. While it reconnects, every call fails at once. */
  topology(id: string): Topology
  /** A key, and a reader of the server that has it. */
  source(id: string, key: Bytes): Source
  /** Of a connection that is no cluster; what is about a key asks for its `source`. */
  reader(id: string): Reader
  server(id: string): ServerInfo
  /**
   * Resolves when a lost connection is back: to true when nothing that was sent before can still be carried out. Throws
   * UNREACHABLE when it was closed or failed, and the signal's reason.
   */
  whenReady(id: string, signal?: AbortSignal): Promise<boolean>
}

export interface ConnectionsOptions {
  readonly dataDir: string
  readonly secrets: Secrets
  readonly log: Logger
  readonly timings?: ConnectionTimings
}

interface Known {
  profile: ConnectionProfile
  readonly saved: boolean
  link: Link
}

export function createConnections({ dataDir, secrets, log, timings }: ConnectionsOptions): Connections {
  const store = openStore({ dataDir, name: 'connections', log })
  const known = new Map<string, Known>()

  const linkFor = (id: string): Link => {
    const profile = () => find(id).profile
    const connect = () => createRedisClient({ profile: profile(), password: secrets.get(id), ...timings })
    return createLink({ connectionId: id, endpoint: () => endpointName(profile()), connect, log })
  }
  for (const [id, profile] of readSaved(store)) known.set(id, { profile, saved: true, link: linkFor(id) })

  const find = (id: string): Known => {
    const found = known.get(id)
    if (!found)
      throw new AppError('NOT_FOUND', { what: 'connection', name: id }, 'There is no such connection (any more).')
    return found
  }
  const shown = (id: string): Connection => ({ ...find(id).profile, id, hasPassword: secrets.get(id) !== null })
  const persist = (changed: ReadonlyMap<string, Pick<Known, 'profile' | 'saved'>>): void => {
    const saved = [...changed].filter(([, { saved }]) => saved).map(([id, { profile }]) => [id, profile] as const)
    store.replace(fileContent(new Map(saved)))
  }
  const passwordOf = ({ id, password }: ConnectionDraft): string | null =>
    password === undefined ? (id === undefined ? null : secrets.get(id)) : password || null

  const notOpen = (id: string) => unreachable('not-open', endpointName(find(id).profile))
  const client = (id: string): RedisClient => {
    const open = find(id).link.client()
    if (!open) throw notOpen(id)
    return open
  }

  return {
    list: () => [...known.keys()].map(shown),
    get: shown,
    add(profile, password, id = randomUUID()) {
      known.get(id)?.link.close()
      known.set(id, { profile: connectionProfile.parse(profile), saved: false, link: linkFor(id) })
      secrets.set(id, password || null)
      return shown(id)
    },
    save(draft) {
      const profile = connectionProfile.parse(draft.profile)
      const id = draft.id ?? randomUUID()
      const before = draft.id === undefined ? null : find(draft.id)
      const password = passwordOf(draft)
      const next = { profile, saved: before?.saved ?? true }
      if (next.saved) persist(new Map([...known, [id, next]]))
      if (before && (password !== secrets.get(id) || !sameServer(before.profile, profile))) before.link.close()
      if (before) before.profile = profile
      else known.set(id, { ...next, link: linkFor(id) })
      secrets.set(id, password)
      return shown(id)
    },
    remove(id) {
      const { link, saved } = find(id)
      if (saved) persist(new Map([...known].filter(([other]) => other !== id)))
      link.close()
      known.delete(id)
      secrets.set(id, null)
    },
    async test(draft) {
      const profile = connectionProfile.parse(draft.profile)
      if (draft.id !== undefined) find(draft.id)
      const trial = createRedisClient({ profile, password: passwordOf(draft), ...timings })
      try {
        await trial.open()
        const server = await readServerInfo(trial)
        return { server, latencyMs: await measureLatency(trial) }
      } finally {
        trial.close()
      }
    },
    async open(id, password) {
      const { link } = find(id)
      if (password !== undefined) secrets.set(id, password || null)
      return link.open()
    },
    close(id) {
      if (id !== undefined) return find(id).link.close()
      for (const { link } of known.values()) link.close()
    },
    status: (id) => find(id).link.status(),
    watch: (id, signal) => find(id).link.watch(signal),
    states: (id, signal) => find(id).link.states(signal),
    topology: (id) => standalone(client(id)),
    source(id, key) {
      const raw = toBuffer(key)
      return { reader: standalone(client(id)).clientOf(raw).reader, key: raw }
    },
    reader: (id) => client(id).reader,
    server(id) {
      const { server } = find(id).link.status()
      if (!server) throw notOpen(id)
      return server
    },
    whenReady: (id, signal) => find(id).link.whenReady(signal),
  }
}

/** Whether an open connection stays what it is under the other profile. */
function sameServer(a: ConnectionProfile, b: ConnectionProfile): boolean {
  const part = ({ endpoint, username, db, tls }: ConnectionProfile) => JSON.stringify([endpoint, username, db, tls])
  return part(a) === part(b)
}

function fileContent(saved: ReadonlyMap<string, ConnectionProfile>): Record<string, unknown> {
  return { version: 1, connections: [...saved].map(([id, profile]) => ({ id, ...profile })) }
}

function readSaved(store: Store): ReadonlyMap<string, ConnectionProfile> {
  const listed = store.content['connections']
  const saved = new Map<string, ConnectionProfile>()
  let damaged = listed !== undefined && !Array.isArray(listed)
  for (const item of Array.isArray(listed) ? (listed as readonly unknown[]) : []) {
    const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : null
    const profile = connectionProfile.safeParse(item)
    if (typeof id === 'string' && id !== '' && profile.success) saved.set(id, profile.data)
    else damaged = true
  }
  if (damaged) {
    store.setAside('a saved connection could not be understood')
    store.replace(fileContent(saved))
  }
  return saved
}
