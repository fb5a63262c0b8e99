import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { alert, alertFields, alertsNow } from '../model/alert'
import { looks, prepares } from './base'

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
}
