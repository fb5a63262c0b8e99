import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'
import {
  connectionProfile,
  secretPurpose,
  type Connection,
  type ConnectionProfile,
  type GivenBy,
  type SavedConnection,
  type SecretPurpose,
} from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import { openJsonFile } from '../lib/json-file'
import { createNotifier } from '../lib/notifier'
import type { Link } from './link'
import { mendSaved, mergeProfile, noSuchConnection, readSaved, withConnection, withoutConnection } from './saved-file'
import type { Secrets } from './secrets'

/**
 * `secrets`: what is not in it is as known for this id; null: none. `shown`: the profile as the person saw it; what they did
 * not change stays as it is by now, whoever changed it. Without it all of `profile` holds.
 */
export interface ConnectionDraft {
  readonly id?: string | undefined
  readonly profile: ConnectionProfile
  readonly shown?: ConnectionProfile | undefined
  readonly secretsOf?: string | undefined
  readonly secrets?: { readonly [P in SecretPurpose]?: string | null | undefined } | undefined
}

/** A connection of the book. */
export interface KnownConnection {
  profile: ConnectionProfile
  readonly saved: boolean
  readonly givenBy: GivenBy | null
  link: Link
  /** Aborts when another link takes its place. */
  replaced: AbortController
}

/**
 * Which connections there are: those saved, and those of this session. Every `id` unknown is NOT_FOUND. What other processes on the
 * same directory save counts here as if it were saved here: every call looks first. One that is removed closes, and so does
 * one that leads elsewhere. Where the file can't be read, every call throws STORAGE.
 */
export interface ConnectionBook {
  list(): Promise<readonly Connection[]>
  /** The list now, and again whenever it changes. */
  watchList(signal?: AbortSignal): AsyncGenerator<Connection[], void>
  get(id: string): SavedConnection
  /** For this session only: never on disk. */
  add(profile: ConnectionProfile, password: string | null, id?: string): Promise<Connection>
  /** From outside of Sluice, for this session only: neither changed nor removed by a page. Its secrets are asked for by this id. */
  give(id: string, profile: ConnectionProfile, by: GivenBy): void
  /** New, or changed. What is open is closed when the change means another connection. Throws STORAGE, and UNSUPPORTED for what was given. */
  save(draft: ConnectionDraft): Promise<Connection>
  remove(id: string): Promise<void>
  find(id: string): KnownConnection
  /** One that a page may change, or take the secrets of. Throws UNSUPPORTED for what was given. */
  findOwn(id: string): KnownConnection
  /** As a draft has it, or leaves it. Null: none. */
  secretOf(draft: ConnectionDraft, purpose: SecretPurpose): Promise<string | null>
  setPassword(id: string, password: string | null): Promise<void>
  /** Closes every one, and looks for no more changes. */
  close(): void
}

export interface ConnectionBookOptions {
  readonly dataDir: string
  readonly secrets: Secrets
  readonly link: (connectionId: string, profile: () => ConnectionProfile) => Link
  readonly log: Logger
}

/** Reads the saved connections. Throws STORAGE where that can't be done; what can't be understood is kept aside. */
export async function openConnectionBook(options: ConnectionBookOptions): Promise<ConnectionBook> {
  const { dataDir, secrets, link: linkTo, log } = options
  const file = await openJsonFile({ dataDir, name: 'connections', log })
  await mendSaved(file)
  const known = new Map<string, KnownConnection>()
  const changes = createNotifier()

  const know = (id: string, profile: ConnectionProfile, saved: boolean, givenBy: GivenBy | null = null): void => {
    const link = linkTo(id, () => known.get(id)?.profile ?? profile)
    known.set(id, { profile, saved, givenBy, link, replaced: new AbortController() })
  }
  /** What is open closes when the change means another connection. */
  const change = (id: string, one: KnownConnection, profile: ConnectionProfile): void => {
    const before = one.profile
    if (!sameServer(before, profile)) one.link.close()
    one.profile = profile
    if (before.endpoint.kind === profile.endpoint.kind) return
    one.link = linkTo(id, () => one.profile)
    one.replaced.abort()
    one.replaced = new AbortController()
  }
  const knownSecrets = async (id: string): Promise<SecretPurpose[]> => {
    const known = await Promise.all(secretPurpose.options.map((purpose) => secrets.has(id, purpose)))
    return secretPurpose.options.filter((_, at) => known[at])
  }
  const forgetSecrets = async (id: string): Promise<void> => {
    for (const purpose of secretPurpose.options) await secrets.set(id, purpose, null)
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
      void forgetSecrets(id).catch((error: unknown) => log.warn({ err: error }, 'a secret stays'))
    }
    for (const [id, profile] of saved) {
      const before = known.get(id)
      if (!before) know(id, profile, true)
      else if (before.saved) change(id, before, profile)
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

  const find = (id: string): KnownConnection => {
    refresh()
    const found = known.get(id)
    if (!found) throw noSuchConnection(id)
    return found
  }
  const shown = async (id: string): Promise<Connection> => {
    const known = await knownSecrets(id)
    const { profile, givenBy } = find(id)
    return { ...profile, id, secrets: known, givenBy }
  }
  /** One that a page may change, or take the secrets of. */
  const findOwn = (id: string): KnownConnection => {
    const found = find(id)
    if (found.givenBy === null) return found
    const reason = message('connection.given', { by: found.givenBy })
    throw new AppError('UNSUPPORTED', { feature: 'change-given', reason })
  }
  const secretOf = async (draft: ConnectionDraft, purpose: SecretPurpose): Promise<string | null> => {
    const { id, profile, secretsOf, secrets: typed } = draft
    const secret = typed?.[purpose]
    if (secret !== undefined) return secret || null
    if (id === undefined) return secretsOf === undefined ? null : secrets.get(secretsOf, purpose)
    // What was given is for the server that it was given for.
    const of = find(id)
    return of.givenBy === null || sameServer(of.profile, profile) ? secrets.get(id, purpose) : null
  }
  const list = async (): Promise<readonly Connection[]> => {
    refresh()
    const found = [...known].map(async ([id, { profile, givenBy }]) => {
      return { ...profile, id, secrets: await knownSecrets(id), givenBy }
    })
    return (await Promise.all(found)).filter(({ id }) => known.has(id))
  }

  return {
    find,
    findOwn,
    secretOf,
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
    give(id, profile, by) {
      forget(id)
      know(id, connectionProfile.parse(profile), false, by)
      changes.notify()
    },
    async save(draft) {
      const profile = connectionProfile.parse(draft.profile)
      const id = draft.id ?? randomUUID()
      const before = draft.id === undefined ? null : findOwn(draft.id)
      if (draft.secretsOf !== undefined) findOwn(draft.secretsOf)
      const merged = (now: ConnectionProfile | null): ConnectionProfile =>
        now && draft.shown ? mergeProfile(now, draft.shown, profile) : profile
      if (before?.saved === false) {
        change(id, before, merged(before.profile))
      } else {
        await mendSaved(file)
        await file.update((content) => withConnection(content, id, before !== null, merged))
        takeOver()
      }
      for (const purpose of secretPurpose.options) {
        if (draft.secrets?.[purpose] === undefined && draft.secretsOf === undefined) continue
        const secret = await secretOf(draft, purpose)
        // One that can't be had is another one.
        if (secret === (await secrets.get(id, purpose).catch(() => undefined))) continue
        await secrets.set(id, purpose, secret)
        known.get(id)?.link.close()
      }
      changes.notify()
      return shown(id)
    },
    async remove(id) {
      if (findOwn(id).saved) {
        await mendSaved(file)
        await file.update((content) => withoutConnection(content, id))
        takeOver()
      } else forget(id)
      await forgetSecrets(id)
      changes.notify()
    },
    async setPassword(id, password) {
      find(id)
      await secrets.set(id, 'password', password)
      changes.notify()
    },
    close() {
      file.close()
      for (const { link } of known.values()) link.close()
    },
  }
}

/** Whether an open connection stays what it is under the other profile. */
function sameServer(a: ConnectionProfile, b: ConnectionProfile): boolean {
  const part = ({ endpoint, username, db, tls, ssh }: ConnectionProfile) =>
    JSON.stringify([endpoint, username, db, tls, ssh])
  return part(a) === part(b)
}
