import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { hostGreeting } from '../model/host'
import { settings } from '../model/settings'
import { looks, manages } from './base'

export const hostContract = {
  info: looks.output(hostGreeting),
  settings: looks.output(settings),
  /** The settings now, and again whenever they change, by whatever process, until the caller leaves. */
  watchSettings: looks.output(eventIterator(settings)),
  /** What was seen of all streams, as it lies on the disk. */
  historyUsage: looks.output(z.object({ bytes: z.int() })),
  /** Forgets what was seen of all streams up to now. */
  clearHistory: manages.output(z.void()),
  saveSettings: manages.input(settings.partial()).output(settings),
}
