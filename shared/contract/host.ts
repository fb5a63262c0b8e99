import { eventIterator } from '@orpc/contract'
import { hostInfo } from '../model/host'
import { settings } from '../model/settings'
import { reads } from './base'

export const hostContract = {
  info: reads.output(hostInfo),
  settings: reads.output(settings),
  /** The settings now, and again whenever they change, by whatever process, until the caller leaves. */
  watchSettings: reads.output(eventIterator(settings)),
  saveSettings: reads.input(settings.partial()).output(settings),
}
