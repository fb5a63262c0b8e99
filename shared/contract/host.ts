import { hostInfo } from '../model/host'
import { settings } from '../model/settings'
import { reads } from './base'

export const hostContract = {
  info: reads.output(hostInfo),
  settings: reads.output(settings),
  saveSettings: reads.input(settings.partial()).output(settings),
}
