import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import {
  connectionProfile,
  type Connection,
  type ConnectionProfile,
  type ConnectionStatus,
  type SavedConnection,
  type ServerInfo,
} from '../../../shared/model/connection'
import type { OwnedClient } from '../../redis/client'
import { createRedisClient } from '../../redis/connect'
import type { ConnectionTimings } from '../../redis/connect-options'
import { endpointName } from '../../redis/dial'
import { toBuffer } from '../../redis/bytes'
import { unreachable } from '../../redis/errors'
import type { Source } from '../../redis/source'
import { standalone, type Topology } from '../../redis/topology'
import { readServerInfo } from './capabilities'
import { createLink, type Link } from './link'
import type { Secrets } from './secrets'
import { openJsonFile } from '../lib/json-file'
import { createNotifier } from '../lib/notifier'
import { mendSaved, mergeProfile, noSuchConnection, readSaved, withConnection, withoutConnection } from './saved-file'

/**
 * `password` undefined: the one known for this id; null: none. `shown`: the profile as the person saw it; what they did
 * not change stays as it is by now, whoever changed it. Without it all of `profile` holds.
 */
export interface ConnectionDraft {
  readonly id?: string | undefined
  readonly profile: ConnectionProfile
  readonly shown?: ConnectionProfile | undefined
  readonly password?: string | null | undefined
}

export interface ConnectionTest {
  readonly server: ServerInfo
  readonly latencyMs: number | null
}

/**
 * Saved connections and those of this session, and the client of each. Every `id` unknown is NOT_FOUND. What other
 * processes on the same directory save counts here as if it were saved here: every call looks first. One that is removed
 * closes, and so does one that leads elsewhere. Where the file can't be read, every call throws STORAGE.
 */
export interface Connections {
  list(): Promise<readonly Connection[]>
  /** The list now, and again whenever it changes. */
  watchList(signal?: AbortSignal): AsyncGenerator<Connection[], void>
  get(id: string): SavedConnection
  /** For this session only: never on disk. */
  add(profile: ConnectionProfile, password: string | null, id?: string): Promise<Connection>
  /** New, or changed. What is open is closed when the change means another connection. Throws STORAGE. */
  save(draft: ConnectionDraft): Promise<Connection>
  remove(id: string): Promise<void>
  /** Opens the draft beside everything else, asks what the server is, and closes. Throws UNREACHABLE. */
  test(draft: ConnectionDraft): Promise<ConnectionTest>
  /** Opens, or joins what is open. A password given is kept. Throws UNREACHABLE. */
  open(id: string, password?: string): Promise<ConnectionStatus>
  /** Closes one, or all, and then looks for no more changes. */
  close(id?: string): void
  status(id: string): ConnectionStatus
  watch(id: string, signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** The same without asking for the latency: costs the server nothing. */
  states(id: string, signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** These throw UNREACHABLE not-open where the connection is closed. While it reconnects, every call fails at once. */
  topology(id: string): Topology
  /** A key, and a reader of the server that has it. */
  source(id: string, key: Bytes): Source
  /** What tells whether the server of a key is still the one that it was, without asking it. */
  stamp(id: string, key: Bytes): ServerStamp
  /** The server of a key. */
  server(id: string, key: Bytes): ServerInfo
  /** What holds for every server behind the connection. */
  anyServer(id: string): ServerInfo
  /**
   * Resolves when a lost connection to the server of a key is back: to true when nothing that was sent before can still be carried out. Throws
   * UNREACHABLE when it was closed or failed, and the signal's reason.
   */
  whenReady(id: string, key: Bytes, signal?: AbortSignal): Promise<boolean>
}

/** `line`: the connection to it; `runId` null: not known. */
export interface ServerStamp {
  readonly line: number
  readonly runId: string | null
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
  readonly link: Link
}

/** Reads the saved connections. Throws STORAGE where that can't be done; what can't be understood is kept aside. */
export async function createConnections({ dataDir, secrets, log, timings }: ConnectionsOptions): Promise<Connections> {
  const file = await openJsonFile({ dataDir, name: 'connections', log })
  await mendSaved(file)
  const known = new Map<string, Known>()
  const changes = createNotifier()

  const know = (id: string, profile: ConnectionProfile, saved: boolean): void => {
    const found = () => known.get(id)?.profile ?? profile
    const connect = async () => {
      const password = await secrets.get(id, 'password')
      return createRedisClient({ profile: found(), password, ...timings })
    }
    const link = createLink({ connectionId: id, endpoint: () => endpointName(found()), connect, log })
    known.set(id, { profile, saved, link })
  }
  const forget = (id: string): void => {
    known.get(id)?.link.close()
    known.delete(id)
  }
  /** Does here what the file says by now. */
  const takeOver = (): void => {
    const { saved } = readSaved(file.content)
    for (const [id, each] of [...known]) {
      if (!each.saved || saved.has(id)) continue
      forget(id)
      void secrets.set(id, 'password', null).catch((error: unknown) => log.warn({ err: error }, 'a secret stays'))
    }
    for (const [id, profile] of saved) {
      const before = known.get(id)
      if (!before) know(id, profile, true)
      else if (before.saved) {
        if (!sameServer(before.profile, profile)) before.link.close()
        before.profile = profile
      }
    }
    changes.notify()
  }
  const refresh = (): void => {
    if (file.refresh()) takeOver()
  }
  takeOver()
  file.watch(() => {
    try {
      refresh()
    } catch {
      // Said in the log, and by the next call that needs it.
    }
  })

  const find = (id: string): Known => {
    refresh()
    const found = known.get(id)
    if (!found) throw noSuchConnection(id)
    return found
  }
  const shown = async (id: string): Promise<Connection> => {
    const hasPassword = (await secrets.get(id, 'password')) !== null
    return { ...find(id).profile, id, hasPassword }
  }
  const passwordOf = async ({ id, password }: ConnectionDraft): Promise<string | null> =>
    password === undefined ? (id === undefined ? null : secrets.get(id, 'password')) : password || null
  const list = async (): Promise<readonly Connection[]> => {
    refresh()
    const found = [...known].map(async ([id, { profile }]) => {
      return { ...profile, id, hasPassword: (await secrets.get(id, 'password')) !== null }
    })
    return (await Promise.all(found)).filter(({ id }) => known.has(id))
  }

  const notOpen = (id: string) => unreachable('not-open', endpointName(find(id).profile))
  const topology = (id: string): Topology => {
    const open: OwnedClient | null = find(id).link.client()
    if (!open) throw notOpen(id)
    return standalone(open)
  }
  const anyServer = (id: string): ServerInfo => {
    const { server } = find(id).link.status()
    if (!server) throw notOpen(id)
    return server
  }

  return {
    list,
    async *watchList(signal) {
      while (!signal?.aborted) {
        const next = changes.next(signal)
        yield [...(await list())]
        await next
      }
    },
    get: (id) => ({ ...find(id).profile, id }),
    async add(profile, password, id = randomUUID()) {
      const parsed = connectionProfile.parse(profile)
      await secrets.set(id, 'password', password || null)
      forget(id)
      know(id, parsed, false)
      changes.notify()
      return shown(id)
    },
    async save(draft) {
      const profile = connectionProfile.parse(draft.profile)
      const id = draft.id ?? randomUUID()
      const before = draft.id === undefined ? null : find(draft.id)
      const [old, password] = await Promise.all([secrets.get(id, 'password'), passwordOf(draft)])
      const merged = (now: ConnectionProfile | null): ConnectionProfile =>
        now && draft.shown ? mergeProfile(now, draft.shown, profile) : profile
      if (before?.saved === false) {
        const next = merged(before.profile)
        if (!sameServer(before.profile, next)) before.link.close()
        before.profile = next
      } else {
        await mendSaved(file)
        await file.update((content) => withConnection(content, id, before !== null, merged))
        takeOver()
      }
      if (password !== old) {
        await secrets.set(id, 'password', password)
        known.get(id)?.link.close()
      }
      changes.notify()
      return shown(id)
    },
    async remove(id) {
      if (find(id).saved) {
        await mendSaved(file)
        await file.update((content) => withoutConnection(content, id))
        takeOver()
      } else forget(id)
      await secrets.set(id, 'password', null)
      changes.notify()
    },
    async test(draft) {
      const profile = connectionProfile.parse(draft.profile)
      if (draft.id !== undefined) find(draft.id)
      const trial = createRedisClient({ profile, password: await passwordOf(draft), ...timings })
      try {
        await trial.open()
        const server = await readServerInfo(trial)
        return { server, latencyMs: await trial.ping() }
      } finally {
        trial.close()
      }
    },
    async open(id, password) {
      find(id)
      if (password !== undefined) {
        await secrets.set(id, 'password', password || null)
        changes.notify()
      }
      return find(id).link.open()
    },
    close(id) {
      if (id !== undefined) return find(id).link.close()
      file.close()
      for (const { link } of known.values()) link.close()
    },
    status: (id) => find(id).link.status(),
    watch: (id, signal) => find(id).link.watch(signal),
    states: (id, signal) => find(id).link.states(signal),
    topology,
    source(id, key) {
      const raw = toBuffer(key)
      return { reader: topology(id).clientOf(raw).reader, key: raw }
    },
    stamp(id, key) {
      const server = topology(id).clientOf(toBuffer(key))
      return { line: server.line(), runId: server.runId() }
    },
    server: anyServer,
    anyServer,
    whenReady: (id, _key, signal) => find(id).link.whenReady(signal),
  }
}

/** Whether an open connection stays what it is under the other profile. */
function sameServer(a: ConnectionProfile, b: ConnectionProfile): boolean {
  const part = ({ endpoint, username, db, tls }: ConnectionProfile) => JSON.stringify([endpoint, username, db, tls])
  return part(a) === part(b)
}
