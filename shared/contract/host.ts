import { eventIterator } from '@orpc/contract'
import { hostGreeting } from '../model/host'
import { settings } from '../model/settings'
import { looks, manages } from './base'

export const hostContract = {
  info: looks.output(hostGreeting),
  settings: looks.output(settings),
  /** The settings now, and again whenever they change, by whatever process, until the caller leaves. */
  watchSettings: looks.output(eventIterator(settings)),
  saveSettings: manages.input(settings.partial()).output(settings),
}
