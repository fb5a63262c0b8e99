import type { Logger } from 'pino'
import { defaultSettings, settings, type Settings } from '../../shared/model/settings'
import { openStore } from './lib/json-file'

export interface SettingsService {
  get(): Settings
  /** Changes what is given and keeps the rest. Throws STORAGE. */
  save(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings
}

/** Settings in `settings.json`. What the file doesn't tell, or tells wrongly, is as by default. */
export function createSettings(options: { readonly dataDir: string; readonly log: Logger }): SettingsService {
  const store = openStore({ ...options, name: 'settings' })
  let current = withDefaults(store.content)
  return {
    get: () => current,
    save(change) {
      // A key that is there without a value is not a change.
      const given = Object.entries(change).filter(([, value]) => value !== undefined)
      const next = settings.parse({ ...current, ...Object.fromEntries(given) })
      store.replace(next)
      current = next
      return current
    },
  }
}

function withDefaults(content: Readonly<Record<string, unknown>>): Settings {
  const known = Object.entries(settings.shape).flatMap(([name, schema]) => {
    const read = schema.safeParse(content[name])
    return read.success ? [[name, read.data] as const] : []
  })
  return settings.parse({ ...defaultSettings, ...laggingAsBefore(content), ...Object.fromEntries(known) })
}

/** Files of 0.1.0 have no time for lagging: it was five times the one for stalled. */
function laggingAsBefore({ stalledAfterMs }: Readonly<Record<string, unknown>>): Partial<Settings> {
  const stalled = settings.shape.stalledAfterMs.safeParse(stalledAfterMs)
  return stalled.success ? { laggingAfterMs: stalled.data * 5 } : {}
}
