import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'
import { isOnConnection } from '../../../shared/judgement/alerts/matches'
import { createOwnSight, type OwnSight } from '../../../shared/judgement/alerts/own-sight'
import { wasLookedFor } from '../../../shared/judgement/alerts/sight'
import type { Standing } from '../../../shared/judgement/alerts/standing'
import { stepAlert, type Step } from '../../../shared/judgement/alerts/step'
import { MOST_NAMED, type Alert, type AlertFields, type AlertsNow, type Telling } from '../../../shared/model/alert'
import type { DeliveryOutcome, Destination, DestinationAsked } from '../../../shared/model/alert-destination'
import type { Secrets } from '../connections/secrets'
import type { Judgement } from '../lib/judged'
import { createNotifier } from '../lib/notifier'
import { openAlertBook } from './alert-book'
import { createDeliveries, type DeliveriesOptions } from './deliveries'
import { openDestinationBook } from './destination-book'
import { namedFindings } from './named-findings'
import { messageLines } from '../../../shared/words/alert-text'
import type { AlertCommands, Notify, SendWebhook } from './send'
import { openStandingFile } from './standing-file'
import { openTellings } from './tellings'

/** Tells what is wrong on open connections, as people asked for it. */
export interface Alerts {
  /** What is wrong on a connection by now; null: it is not looked at any more. */
  judged(connectionId: string, now: Judgement | null): void
  /** Looks once at what is wrong, and tells what is to be told; it does so by itself as well. */
  look(): Promise<void>
  watch(signal?: AbortSignal): AsyncGenerator<AlertsNow, void>
  add(fields: AlertFields): Promise<Alert>
  change(alert: Alert): Promise<Alert>
  remove(id: string): Promise<void>
  addDestination(asked: DestinationAsked): Promise<Destination>
  changeDestination(id: string, asked: DestinationAsked): Promise<Destination>
  removeDestination(id: string): Promise<void>
  /** Throws NOT_FOUND. */
  testDestination(id: string): Promise<DeliveryOutcome>
  /** The connection is no more. */
  forget(connectionId: string): Promise<void>
  /** Waits for what is being told. */
  close(): Promise<void>
}

export interface AlertsOptions {
  readonly dataDir: string
  /** Of the alerts as people made them. */
  readonly configDir: string
  readonly connectionName: (connectionId: string) => string
  /** Of webhooks: their addresses and keys. */
  readonly secrets: Secrets
  /** How something is sent by this host; null: not at all. */
  readonly sendWebhook: SendWebhook | null
  /** Programs that the owner named; null: none. */
  readonly commands?: AlertCommands | null
  /** How something is shown on this desktop; null: it is not. */
  readonly notify?: Notify | null
  /** Where pages of this host are; null: that is not known. */
  readonly pageUrl: () => string | null
  /** Of `DeliveriesOptions`. */
  readonly rest?: DeliveriesOptions['rest']
  readonly log: Logger
  /** ms since 1970. */
  readonly now?: () => number
  /** IANA name; of this machine by default. */
  readonly zone?: string
  /** How often it looks; 0: only when asked to. */
  readonly lookEveryMs?: number
}

const LOOK_EVERY_MS = 1_000
/** Time alone makes something due: what has stood for so long, the end of quiet hours. */
const LOOK_AGAIN_MS = 5_000

interface Looked {
  now: Judgement
  readonly own: OwnSight
  isNew: boolean
  atMs: number
}

export async function createAlerts(options: AlertsOptions): Promise<Alerts> {
  const { dataDir, configDir, connectionName, log, now = Date.now, lookEveryMs = LOOK_EVERY_MS } = options
  const zone = options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const book = await openAlertBook({ dataDir: configDir, log })
  const states = await openStandingFile({ dataDir, log })
  const tellings = await openTellings({ dataDir, log })
  const changes = createNotifier()
  const destinations = await openDestinationBook({
    ...{ dataDir, configDir, secrets: options.secrets, log, commands: options.commands?.names ?? [] },
  })
  const { sendWebhook: send, commands = null, pageUrl, rest, notify = null } = options
  const deliveries = createDeliveries({ book: destinations, send, commands, pageUrl, now, ...(rest ? { rest } : {}) })
  const files = [book, states, tellings, destinations]
  for (const each of files) each.onChange(changes.notify)
  const looked = new Map<string, Looked>()
  let looking: Promise<void> | null = null

  /** What the alerts of a connection make of it, from what stands of all. */
  function stepAll(connectionId: string, { now: judged, own }: Looked, all: readonly Standing[]) {
    const alerts = book.all().filter((alert) => !alert.isPaused && isOnConnection(alert, connectionId))
    const steps = alerts.map((alert) => {
      const isIts = (one: Standing): boolean => one.alertId === alert.id && one.connectionId === connectionId
      const step = stepAlert({
        ...{ alert, connectionId, own, zone, nowMs: now(), standing: all.filter(isIts), troubles: judged.troubles },
        wasLookedFor: (subject) => wasLookedFor(subject, subject.key === null ? null : judged.seen(subject.key)),
      })
      return { alert, step }
    })
    const isChanged = steps.some(({ step }) => step.isChanged)
    const stepped = new Set(alerts.map(({ id }) => id))
    const rest = all.filter((one) => one.connectionId !== connectionId || !stepped.has(one.alertId))
    return { steps, standing: isChanged ? [...rest, ...steps.flatMap(({ step }) => step.standing)] : all }
  }

  async function lookAt(connectionId: string, one: Looked): Promise<void> {
    one.isNew = false
    one.atMs = now()
    if (stepAll(connectionId, one, states.all()).standing === states.all()) return
    let told: readonly { readonly alert: Alert; readonly step: Step }[] = []
    await states.update((all) => {
      const { steps, standing } = stepAll(connectionId, one, all)
      told = steps
      return standing
    })
    for (const { alert, step } of told) await tell(alert, connectionId, step)
    changes.notify()
  }

  async function tell(alert: Alert, connectionId: string, { standing, raised, resolved }: Step): Promise<void> {
    const named = namedFindings(standing, raised, resolved)
    for (const what of ['resolved', 'raised'] as const) {
      if (named[what].length === 0) continue
      const told: Telling = {
        ...{ id: randomUUID(), atMs: now(), alertId: alert.id, alertName: alert.name, what },
        ...{ connectionId, connectionName: connectionName(connectionId) },
        ...{ count: named[what].length, named: named[what].slice(0, MOST_NAMED) },
      }
      deliveries.send(alert.destinationIds, told)
      if (alert.notifies) show(told)
      await tellings.add(told)
    }
  }

  function show(told: Telling): void {
    const [title = '', ...lines] = messageLines(told)
    try {
      notify?.({ title, body: lines.join('\n') })
    } catch (err) {
      log.warn({ err }, 'a notification could not be shown')
    }
  }

  async function look(): Promise<void> {
    for (const [connectionId, one] of [...looked]) {
      const isDue = one.isNew || Math.abs(now() - one.atMs) >= LOOK_AGAIN_MS
      if (isDue && looked.get(connectionId) === one) await lookAt(connectionId, one)
    }
  }
  /** One at a time; who asks meanwhile waits for one that begins now. */
  async function lookNext(): Promise<void> {
    const before = looking
    const mine = (async () => {
      await before
      await look().catch((err: unknown) => log.error({ err }, 'looking for what is to be told failed'))
    })()
    looking = mine
    await mine
    if (looking === mine) looking = null
  }
  const timer =
    lookEveryMs === 0
      ? undefined
      : setInterval(() => {
          if (looking === null) void lookNext()
        }, lookEveryMs).unref()

  const snapshot = async (): Promise<AlertsNow> => {
    const standing = new Map<string, number>()
    for (const { alertId, phase } of states.all()) {
      if (phase === 'told') standing.set(alertId, (standing.get(alertId) ?? 0) + 1)
    }
    const alerts = book.all().map((alert) => ({ ...alert, standing: standing.get(alert.id) ?? 0 }))
    return { zone, alerts, tellings: tellings.all(), destinations: await destinations.list() }
  }
  const touchAll = (): void => {
    for (const one of looked.values()) one.isNew = true
  }
  book.onChange(touchAll)

  return {
    judged(connectionId, judgement) {
      if (judgement === null) return void looked.delete(connectionId)
      const known = looked.get(connectionId) ?? { now: judgement, own: createOwnSight(now()), isNew: true, atMs: 0 }
      looked.set(connectionId, known)
      known.now = judgement
      known.isNew = true
      known.own.saw(
        judgement.troubles.map(({ finding }) => finding.id),
        now(),
      )
    },
    look: lookNext,
    async *watch(signal) {
      while (!signal?.aborted) {
        const next = changes.next(signal)
        yield await snapshot()
        await next
      }
    },
    add: book.add,
    async change(alert) {
      await book.change(alert)
      return alert
    },
    async remove(id) {
      await book.remove(id)
      await states.update((all) => all.filter(({ alertId }) => alertId !== id))
    },
    addDestination: destinations.add,
    changeDestination: destinations.change,
    removeDestination: destinations.remove,
    async testDestination(id) {
      if (!destinations.find(id)) throw new AppError('NOT_FOUND', { what: 'webhook', name: id })
      const nothing = { alertId: '', alertName: '', connectionId: '', connectionName: '', count: 0, named: [] }
      return deliveries.test(id, { id: randomUUID(), atMs: now(), what: 'test', ...nothing })
    },
    async forget(connectionId) {
      const isOf = (one: Standing): boolean => one.connectionId === connectionId
      if (states.all().some(isOf)) await states.update((all) => all.filter((one) => !isOf(one)))
    },
    async close() {
      clearInterval(timer)
      await looking
      await deliveries.close()
      for (const each of files) each.close()
    },
  }
}
