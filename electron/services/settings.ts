import type { Logger } from 'pino'
import { defaultSettings, settings, type Settings } from '../../shared/model/settings'
import { openJsonFile, type JsonContent } from './lib/json-file'
import { createNotifier } from './lib/notifier'

export interface SettingsService {
  /** As they were a moment ago: asked for each judgement, it looks at no file. */
  get(): Settings
  /** Changes what is given and keeps the rest, whoever changed that meanwhile. Throws STORAGE. */
  save(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings>
  /** The settings now, and again whenever they change, here or in another process on the same directory. */
  watch(signal?: AbortSignal): AsyncGenerator<Settings, void>
  /** Calls back at each change, before whoever watches is told. */
  onChange(listener: () => void): void
  close(): void
}

/**
 * Settings in `settings.json`. What the file doesn't tell, or tells wrongly, is as by default. Other processes may change
 * the file: each change is merged into it by key, so what only a newer Sluice knows stays as well.
 */
export async function createSettings(options: {
  readonly dataDir: string
  readonly log: Logger
}): Promise<SettingsService> {
  const file = await openJsonFile({ ...options, name: 'settings' })
  const changes = createNotifier()
  const listeners: (() => void)[] = []
  let current = withDefaults(file.content)

  const changed = (): void => {
    current = withDefaults(file.content)
    for (const listener of listeners) listener()
    changes.notify()
  }
  const refresh = (): void => {
    try {
      if (!file.refresh()) return
    } catch {
      return // Said in the log. What was known holds until it can be read again.
    }
    changed()
  }
  file.watch(refresh)
  return {
    get: () => current,
    async save(change) {
      // A key that is there without a value is not a change.
      const values = Object.entries(change).filter(([, value]) => value !== undefined)
      const given = settings.partial().parse(Object.fromEntries(values))
      await file.update((content) => ({ ...content, ...withDefaults(content), ...given }))
      changed()
      return current
    },
    async *watch(signal) {
      while (!signal?.aborted) {
        const next = changes.next(signal)
        yield current
        await next
      }
    },
    onChange: (listener) => void listeners.push(listener),
    close: file.close,
  }
}

function withDefaults(content: JsonContent): Settings {
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
