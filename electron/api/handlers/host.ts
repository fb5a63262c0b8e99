import type { Base } from '../base'
import type { Services } from '../services'

export function hostHandlers({ reads }: Base, { host, settings, monitoring }: Services) {
  return {
    info: reads.host.info.handler(() => ({ ...host })),
    settings: reads.host.settings.handler(() => settings.get()),
    saveSettings: reads.host.saveSettings.handler(({ input }) => {
      const saved = settings.save(input)
      monitoring.settingsChanged()
      return saved
    }),
  }
}
