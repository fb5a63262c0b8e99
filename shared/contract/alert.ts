import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { alert, alertFields, alertsNow } from '../model/alert'
import { deliveryOutcome, destination, destinationAsked } from '../model/alert-destination'
import { looks, manages, prepares } from './base'

/** Alerts tell what is wrong on open connections, whether or not a page looks. They change nothing in Redis. */
export const alertContract = {
  /** All of them and what they told lately, and again whenever that changes, until the caller leaves. */
  watch: looks.output(eventIterator(alertsNow)),
  /** Throws BAD_INPUT where there are too many, and STORAGE. */
  add: prepares.input(alertFields).output(alert),
  /** Throws NOT_FOUND where it was deleted, and STORAGE. */
  change: prepares.input(alert).output(alert),
  /** Whoever was told of something is told nothing more. Throws STORAGE. */
  remove: prepares.input(alert.pick({ id: true })).output(z.void()),
  /** A webhook. Throws BAD_INPUT where its address is none, or there are too many, and STORAGE. */
  addDestination: manages.input(destinationAsked).output(destination),
  /** Throws NOT_FOUND where it was deleted, and as above. */
  changeDestination: manages.input(destinationAsked.extend(destination.pick({ id: true }).shape)).output(destination),
  removeDestination: manages.input(destination.pick({ id: true })).output(z.void()),
  /** Sends a test there, once, and tells what came of it. Throws NOT_FOUND. */
  testDestination: prepares.input(destination.pick({ id: true })).output(deliveryOutcome),
}
