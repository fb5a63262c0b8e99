import type { Base } from '../base'
import type { Services } from '../services'

export function hostHandlers({ reads }: Base, { history, host, settings }: Services) {
  return {
    info: reads.host.info.handler(({ context }) => ({ ...host, you: context.caller })),
    settings: reads.host.settings.handler(() => settings.get()),
    watchSettings: reads.host.watchSettings.handler(({ signal }) => settings.watch(signal)),
    historyUsage: reads.host.historyUsage.handler(async () => ({ bytes: await history.bytes() })),
    clearHistory: reads.host.clearHistory.handler(() => history.clear()),
    saveSettings: reads.host.saveSettings.handler(({ input }) => settings.save(input)),
  }
}
