import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { z } from 'zod'
import { AppError } from '../../../shared/error'
import {
  deliveryOutcome,
  destination,
  type DeliveryOutcome,
  type Destination,
  type DestinationAsked,
  type DestinationNow,
} from '../../../shared/model/alert-destination'
import { message } from '../../../shared/words/messages'
import type { Secrets } from '../connections/secrets'
import { openListFile } from '../lib/list-file'

const MOST_DESTINATIONS = 50
/** Of the ids of programs; those of webhooks are UUIDs. */
const COMMAND = 'command:'

const secretOf = z.object({ url: z.string(), key: z.string().nullable() })
/** What nobody is told: where it is, and what is signed with. */
export type WebhookSecret = z.infer<typeof secretOf>

/** The programs of the owner, and the webhooks that admins made, in `alert-destinations.json`; what came of each last, in `alert-outcomes.json`. */
export interface DestinationBook {
  find(id: string): Destination | null
  /** The name of the program that it is; null: it is a webhook, or none. */
  commandOf(id: string): string | null
  list(): Promise<readonly DestinationNow[]>
  /** Throws BAD_INPUT and STORAGE. */
  add(asked: DestinationAsked): Promise<Destination>
  /** Throws NOT_FOUND, BAD_INPUT and STORAGE. */
  change(id: string, asked: DestinationAsked): Promise<Destination>
  /** Its secret is forgotten with it. */
  remove(id: string): Promise<void>
  /** Null: it is not known, or can't be had. */
  secret(id: string): Promise<WebhookSecret | null>
  /** What can't be kept is in the log. */
  note(id: string, outcome: DeliveryOutcome): Promise<void>
  onChange(listener: () => void): void
  close(): void
}

export async function openDestinationBook(options: {
  readonly dataDir: string
  readonly configDir: string
  readonly secrets: Secrets
  /** Names of programs, each of which is a destination as well. */
  readonly commands: readonly string[]
  readonly log: Logger
}): Promise<DestinationBook> {
  const { secrets, commands, log } = options
  const file = await openListFile(destination, 'destinations', {
    ...{ dataDir: options.configDir, log, name: 'alert-destinations' },
  })
  const outcomes = await openListFile(deliveryOutcome.extend({ id: z.string() }), 'outcomes', {
    ...{ dataDir: options.dataDir, log, name: 'alert-outcomes' },
  })
  const ofCommands = commands.map((name): Destination => {
    return { id: `${COMMAND}${name}`, name, format: 'sluice', origin: '', isSigned: false }
  })
  const find = (id: string): Destination | null => [...file.all(), ...ofCommands].find((one) => one.id === id) ?? null
  const commandOf = (id: string): string | null => ofCommands.find((one) => one.id === id)?.name ?? null
  const lastOf = (of: string): DeliveryOutcome | null => {
    const { id: _id, ...last } = outcomes.all().find(({ id }) => id === of) ?? { id: '' }
    return 'said' in last ? last : null
  }

  async function secret(id: string): Promise<WebhookSecret | null> {
    try {
      const kept = await secrets.get(id, 'webhook')
      return kept === null ? null : secretOf.parse(JSON.parse(kept))
    } catch {
      // Why it can't be had may quote it.
      return null
    }
  }
  return {
    find,
    commandOf,
    async list() {
      const webhooks = file.all().map(async (one) => {
        const isKnown = await secrets.has(one.id, 'webhook').catch(() => false)
        return { ...one, isKnown, last: lastOf(one.id) }
      })
      const programs = ofCommands.map((one) => ({
        ...one,
        isKnown: true,
        isCommand: true as const,
        last: lastOf(one.id),
      }))
      return [...(await Promise.all(webhooks)), ...programs]
    },
    async add({ url, key = null, ...fields }) {
      if (url === undefined) throw badUrl('alert.url-needed')
      const added = { ...fields, id: randomUUID(), origin: originOf(url), isSigned: key !== null }
      if (file.all().length >= MOST_DESTINATIONS) throw tooMany()
      await secrets.set(added.id, 'webhook', JSON.stringify({ url, key }))
      await file.update((all) => [...all, added])
      return added
    },
    async change(id, { url, key, ...fields }) {
      requireWebhook(id)
      const before = find(id)
      if (!before) throw new AppError('NOT_FOUND', { what: 'webhook', name: fields.name })
      const known = await secret(id)
      const next = { url: url ?? known?.url, key: key === undefined ? (known?.key ?? null) : key }
      if (next.url === undefined) throw badUrl('alert.url-needed')
      const changed = { ...fields, id, origin: originOf(next.url), isSigned: next.key !== null }
      await secrets.set(id, 'webhook', JSON.stringify(next))
      await file.update((all) => all.map((one) => (one.id === id ? changed : one)))
      return changed
    },
    async remove(id) {
      requireWebhook(id)
      await file.update((all) => (all.some((one) => one.id === id) ? all.filter((one) => one.id !== id) : all))
      await secrets.set(id, 'webhook', null)
      await outcomes.update((all) => (all.some((one) => one.id === id) ? all.filter((one) => one.id !== id) : all))
    },
    secret,
    async note(id, outcome) {
      if (!find(id)) return
      await outcomes
        .update((all) => [...all.filter((one) => one.id !== id), { id, ...outcome }])
        .catch((err: unknown) => log.warn({ err }, 'what came of an alert could not be kept'))
    },
    onChange(listener) {
      file.onChange(listener)
      outcomes.onChange(listener)
    },
    close() {
      file.close()
      outcomes.close()
    },
  }
}

/** Throws BAD_INPUT for a program. */
function requireWebhook(id: string): void {
  if (!id.startsWith(COMMAND)) return
  const [problem, remedy] = [message('alert.owners'), message('alert.owners-file')]
  throw new AppError('BAD_INPUT', { field: 'id', problem, remedy })
}

/** Throws BAD_INPUT, never with what was given. */
function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.hostname === '') throw badUrl('alert.no-url')
  return parsed.origin
}

function badUrl(code: 'alert.no-url' | 'alert.url-needed'): AppError {
  return new AppError('BAD_INPUT', { field: 'url', problem: message(code), remedy: message('alert.https-url') })
}

function tooMany(): AppError {
  const problem = message('alert.too-many', { most: MOST_DESTINATIONS })
  return new AppError('BAD_INPUT', { field: 'name', problem, remedy: message('alert.delete-one') })
}
