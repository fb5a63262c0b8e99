import { setTimeout as delay } from 'node:timers/promises'
import type { Message } from '../../../shared/model/message'
import type { DeliveryOutcome } from '../../../shared/model/alert-destination'
import type { ToTell } from '../../../shared/words/alert-text'
import { message } from '../../../shared/words/messages'
import type { DestinationBook } from './destination-book'
import { eventOf, webhookBody } from './payload'
import type { AlertCommands, SendWebhook } from './send'
import { signatureOf } from './signature'

/** After each try that may go better the next time; then no more. */
const RESTS_MS = [2_000, 10_000, 30_000, 120_000, 300_000]
/** Of one destination; of more, those that wait for the longest are dropped. */
const MOST_WAITING = 50

/** Sends what is told to where it goes, one after the other for each destination. */
export interface Deliveries {
  /** Begins, and tells in the book what came of it. */
  send(destinationIds: readonly string[], told: ToTell): void
  /** Once, at once. */
  test(destinationId: string, told: ToTell): Promise<DeliveryOutcome>
  /** What waits is told not to be delivered. */
  close(): Promise<void>
}

export interface DeliveriesOptions {
  readonly book: DestinationBook
  /** Null: there is no way. */
  readonly send: SendWebhook | null
  /** Null: there are none. */
  readonly commands: AlertCommands | null
  /** Where pages are; null: that is not known. */
  readonly pageUrl: () => string | null
  readonly now: () => number
  /** Rejects once the signal aborts. */
  readonly rest?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

interface Attempt {
  readonly isDelivered: boolean
  readonly isFinal: boolean
  readonly said: Message
}

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { book, send, commands, pageUrl, now } = options
  const rest = options.rest ?? ((ms, signal) => delay(ms, undefined, { signal, ref: false }))
  const closing = new AbortController()
  const waiting = new Map<string, ToTell[]>()
  const working = new Map<string, Promise<void>>()

  async function attempt(id: string, told: ToTell): Promise<Attempt> {
    if (closing.signal.aborted) return ended('alert.closed')
    const command = book.commandOf(id)
    if (command !== null && commands !== null) return run(commands, command, told)
    const destination = book.find(id)
    const secret = destination && (await book.secret(id))
    if (!destination || !secret) return ended('alert.address-unknown')
    if (send === null) return ended('alert.no-way')
    const body = webhookBody(destination.format, told, pageUrl())
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Sluice',
      'x-sluice-event': told.id,
      ...(secret.key === null ? {} : { 'x-sluice-signature': signatureOf(secret.key, body, now()) }),
    }
    const reply = await send({ url: secret.url, headers, body }, closing.signal)
    if (closing.signal.aborted) return ended('alert.closed')
    if (reply.kind === 'failed') return { isDelivered: false, isFinal: reply.isFinal, said: reply.why }
    return ofStatus(reply.status)
  }

  /** Once: what it did before it failed may be done by then. */
  async function run(commands: AlertCommands, name: string, told: ToTell): Promise<Attempt> {
    const reply = await commands.run(name, JSON.stringify(eventOf(told, pageUrl())), closing.signal)
    if (reply.kind === 'failed') return { isDelivered: false, isFinal: true, said: reply.why }
    const { code } = reply
    const said = code === 0 ? message('alert.command-ran') : message('alert.command-code', { code })
    return { isDelivered: code === 0, isFinal: true, said }
  }

  async function note(id: string, attempt: Attempt, tries: number, isTest: boolean): Promise<DeliveryOutcome> {
    const { isDelivered, said } = attempt
    const outcome = { atMs: now(), isDelivered, isTest, tries, said }
    await book.note(id, outcome)
    return outcome
  }

  async function deliver(id: string, told: ToTell): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const last = await attempt(id, told)
      const restMs = RESTS_MS[tries - 1]
      if (last.isDelivered || last.isFinal || restMs === undefined) return void (await note(id, last, tries, false))
      // Told at once: that it is tried again may take minutes.
      await note(id, last, tries, false)
      await rest(restMs, closing.signal).catch(() => undefined)
    }
  }

  async function work(id: string): Promise<void> {
    const own = waiting.get(id) ?? []
    for (let told = own.shift(); told; told = own.shift()) await deliver(id, told)
    waiting.delete(id)
    working.delete(id)
  }

  return {
    send(destinationIds, told) {
      for (const id of destinationIds) {
        if (!book.find(id)) continue
        const own = waiting.get(id) ?? []
        waiting.set(id, own)
        own.push(told)
        if (own.length > MOST_WAITING) {
          own.shift()
          void note(id, ended('alert.queue-full'), 0, false)
        }
        if (!working.has(id)) working.set(id, work(id))
      }
    },
    async test(id, told) {
      return note(id, await attempt(id, told), 1, true)
    },
    async close() {
      closing.abort()
      await Promise.all(working.values())
    },
  }
}

function ended(code: 'alert.address-unknown' | 'alert.no-way' | 'alert.closed' | 'alert.queue-full'): Attempt {
  return { isDelivered: false, isFinal: true, said: message(code) }
}

/** 429 and 408 are of the moment, as what goes wrong on the other side is. */
function ofStatus(status: number): Attempt {
  if (status >= 200 && status < 300)
    return { isDelivered: true, isFinal: true, said: message('alert.delivered', { status }) }
  if (status >= 300 && status < 400)
    return { isDelivered: false, isFinal: true, said: message('alert.redirected', { status }) }
  const mayPass = status >= 500 || status === 429 || status === 408
  const said = mayPass ? message('alert.failing', { status }) : message('alert.refused', { status })
  return { isDelivered: false, isFinal: !mayPass, said }
}
