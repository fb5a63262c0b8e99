import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'
import {
  connectionProfile,
  type Connection,
  type ConnectionProfile,
  type GivenBy,
  type SavedConnection,
  type SecretPurpose,
} from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import { openJsonFile } from '../lib/json-file'
import { createNotifier } from '../lib/notifier'
import { bindSecrets } from './bound-secrets'
import { createDraftSecrets, sameServer, type ConnectionDraft } from './draft-secrets'
import { createCommandLog, type CommandLog } from './command-log/command-log'
import type { Link } from './link'
import {
  mendSaved,
  mergeProfile,
  noSuchConnection,
  readSaved,
  withConnection,
  withoutConnection,
  withPosition,
  type ListPosition,
} from './saved-file'
import type { Secrets } from './secrets'

/** A connection of the book. */
export interface KnownConnection {
  profile: ConnectionProfile
  readonly saved: boolean
  readonly givenBy: GivenBy | null
  link: Link
  /** What was sent on it, by whatever link. */
  readonly commands: CommandLog
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
  /** To another position of the list. Nothing that is open closes. Throws UNSUPPORTED for what is not saved. */
  move(id: string, position: ListPosition): Promise<void>
  find(id: string): KnownConnection
  /** The profile of one that is there after a restart too, saved or given from outside; the same object while it stays as it is. */
  lasting(id: string): ConnectionProfile | null
  /** One that a page may change, or take the secrets of. Throws UNSUPPORTED for what was given. */
  findOwn(id: string): KnownConnection
  /** As a draft has it, or leaves it. Null: none. Throws BAD_INPUT for one that is known, and would go elsewhere by the draft. */
  secretOf(draft: ConnectionDraft, purpose: SecretPurpose): Promise<string | null>
  /** As it is known for where the connection leads by now. Null: none. */
  knownSecret(id: string, purpose: SecretPurpose): Promise<string | null>
  setPassword(id: string, password: string | null): Promise<void>
  /** Closes every one, and looks for no more changes. */
  close(): void
}

export interface ConnectionBookOptions {
  readonly dataDir: string
  readonly secrets: Secrets
  readonly link: (connectionId: string, profile: () => ConnectionProfile, commands: CommandLog) => Link
  readonly log: Logger
}

/** Reads the saved connections. Throws STORAGE where that can't be done; what can't be understood is kept aside. */
export async function openConnectionBook(options: ConnectionBookOptions): Promise<ConnectionBook> {
  const { dataDir, link: linkTo, log } = options
  const secrets = bindSecrets(options.secrets)
  const file = await openJsonFile({ dataDir, name: 'connections', log })
  await mendSaved(file)
  const knownOnes = new Map<string, KnownConnection>()
  const changes = createNotifier()

  const know = (id: string, profile: ConnectionProfile, saved: boolean, givenBy: GivenBy | null = null): void => {
    const commands = createCommandLog()
    const link = linkTo(id, () => knownOnes.get(id)?.profile ?? profile, commands)
    knownOnes.set(id, { profile, saved, givenBy, link, commands, replaced: new AbortController() })
  }
  /** What is open closes when the change means another connection. */
  const change = (id: string, one: KnownConnection, profile: ConnectionProfile): void => {
    const before = one.profile
    if (!sameServer(before, profile)) one.link.close()
    one.profile = profile
    if (before.endpoint.kind === profile.endpoint.kind) return
    one.link = linkTo(id, () => one.profile, one.commands)
    one.replaced.abort()
    one.replaced = new AbortController()
  }
  const forget = (id: string): void => {
    knownOnes.get(id)?.link.close()
    knownOnes.delete(id)
  }
  /** Does here what the file says by now. */
  const takeOver = (): void => {
    const { saved } = readSaved(file.content)
    for (const [id, each] of [...knownOnes]) {
      if (!each.saved || saved.has(id)) continue
      forget(id)
      void secrets.forget(id).catch((error: unknown) => log.warn({ err: error }, 'a secret stays'))
    }
    for (const [id, profile] of saved) {
      const before = knownOnes.get(id)
      if (!before) know(id, profile, true)
      else if (before.saved) change(id, before, profile)
    }
    // In the order of the file; behind them those that are not saved.
    const others = [...knownOnes].filter(([id]) => !saved.has(id))
    const inOrder = [...saved.keys()].flatMap((id): [string, KnownConnection][] => {
      const one = knownOnes.get(id)
      return one ? [[id, one]] : []
    })
    knownOnes.clear()
    for (const [id, one] of [...inOrder, ...others]) knownOnes.set(id, one)
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
    const found = knownOnes.get(id)
    if (!found) throw noSuchConnection(id)
    return found
  }
  const shown = async (id: string): Promise<Connection> => {
    const known = await secrets.known(id)
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
  const ofDraft = createDraftSecrets(secrets, find)
  const list = async (): Promise<readonly Connection[]> => {
    refresh()
    const found = [...knownOnes].map(async ([id, { profile, givenBy }]) => {
      return { ...profile, id, secrets: await secrets.known(id), givenBy }
    })
    return (await Promise.all(found)).filter(({ id }) => knownOnes.has(id))
  }

  return {
    find,
    findOwn,
    lasting(id) {
      const one = knownOnes.get(id)
      return one !== undefined && (one.saved || one.givenBy !== null) ? one.profile : null
    },
    secretOf: ofDraft.secretOf,
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
      await secrets.set(id, 'password', password || null, parsed)
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
      const was = before?.profile
      const known = draft.id === undefined ? [] : await secrets.known(id)
      const given = await ofDraft.given(draft)
      const left = was === undefined ? [] : await ofDraft.left(draft, known, was)
      const merged = (now: ConnectionProfile | null): ConnectionProfile => {
        // One who says nothing of it masks what was masked.
        const whole = now === null ? profile : { ...profile, masked: profile.masked ?? now.masked }
        const next = now && draft.shown ? mergeProfile(now, draft.shown, profile) : whole
        if (before !== null) ofDraft.requireTyped(draft, known, { ...before, profile: now ?? before.profile }, next)
        return next
      }
      if (before?.saved === false) {
        change(id, before, merged(before.profile))
      } else {
        await mendSaved(file)
        await file.update((content) => withConnection(content, id, before !== null, merged))
        takeOver()
      }
      for (const [purpose, secret] of left) await secrets.set(id, purpose, secret, profile)
      for (const [purpose, secret] of given) {
        // One that can't be had is another one.
        const now = await secrets.get(id, purpose, profile).catch(() => undefined)
        if (secret === null ? !(await secrets.has(id, purpose)) : secret === now) continue
        // For where the person saw it lead: another process may have changed that meanwhile.
        await secrets.set(id, purpose, secret, profile)
        knownOnes.get(id)?.link.close()
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
      await secrets.forget(id)
      changes.notify()
    },
    async move(id, position) {
      const { saved } = findOwn(id)
      if (!saved) throw new AppError('UNSUPPORTED', { feature: 'move', reason: message('connection.not-saved') })
      await mendSaved(file)
      await file.update((content) => withPosition(content, id, position))
      takeOver()
    },
    knownSecret: (id, purpose) => secrets.get(id, purpose, find(id).profile),
    async setPassword(id, password) {
      await secrets.set(id, 'password', password, find(id).profile)
      changes.notify()
    },
    close() {
      file.close()
      for (const { link } of knownOnes.values()) link.close()
    },
  }
}
