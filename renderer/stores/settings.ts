import { defineStore } from 'pinia'
import { useLocalStorage } from '@vueuse/core'
import { shallowRef, watch } from 'vue'
import { defaultThresholds } from '../../shared/judgement/thresholds'
import { timesAreShownBy } from '../../shared/time/shown-zone'
import { mayAct } from '../../shared/roles'
import type { Settings } from '../../shared/model/settings'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import { useHost } from './host'

// As `defaultSettings` of the contract's model, which would bring the schema library into the page.
const INITIAL: Settings = {
  theme: 'system',
  density: 'compact',
  times: 'local',
  refreshSeconds: 5,
  ...defaultThresholds,
  keepBackupsDays: 0,
  keepBackupsMiB: 10_240,
  delimiter: ':',
  decodings: [],
  entryLayouts: [],
}

/** What the look is made of. */
const LOOK: ReadonlySet<string> = new Set([
  ...(['theme', 'density', 'times', 'decodings', 'entryLayouts'] satisfies (keyof Settings)[]),
])
/** On a web host each browser's for everybody: many read it at once, each with clocks, and a screen, of his own. */
const OWN_ON_WEB: ReadonlySet<string> = new Set(['times', 'entryLayouts'] satisfies (keyof Settings)[])

/** What the user prefers, kept by the host; what is one's own, by the browser. */
export const useSettings = defineStore('settings', () => {
  const settings = shallowRef<Settings>(INITIAL)
  timesAreShownBy(() => settings.value.times)
  const host = useHost()
  let stopFollowing: (() => void) | null = null
  /** Saves on their way: what the host tells meanwhile may not hold them yet, and what it answers holds everything. */
  let saving = 0

  /** Whoever may not change the host's settings has a look of his own. */
  const own = useLocalStorage<Partial<Settings>>('sluice:own-look', {})
  const isOwn = (name: string): boolean => {
    if (OWN_ON_WEB.has(name) && host.info?.kind === 'web') return true
    return LOOK.has(name) && !mayAct(host.info?.you.role ?? 'admin', 'admin')
  }
  const ownOf = (some: Partial<Settings>): Partial<Settings> =>
    Object.fromEntries(Object.entries(some).filter(([name]) => isOwn(name)))
  const withOwn = (told: Settings): Settings => ({ ...told, ...ownOf(own.value) })
  // Who one is may be told after the settings are; another page of this browser may choose too.
  watch([() => host.info, own], () => {
    settings.value = withOwn(settings.value)
  })

  async function load(): Promise<void> {
    settings.value = withOwn(await api().host.settings())
  }

  /** Takes over what is changed in another window, or by another process on the same data directory. */
  function follow(): void {
    const take = (told: Settings): void => {
      if (saving === 0) settings.value = withOwn(told)
    }
    stopFollowing?.()
    stopFollowing = subscribe((signal) => api().host.watchSettings(undefined, { signal }), take)
  }

  /** Takes effect at once; put back when the host can't keep it. */
  async function save(changes: Partial<Settings>): Promise<void> {
    const mine = ownOf(changes)
    const others = Object.fromEntries(Object.entries(changes).filter(([name]) => !isOwn(name)))
    if (Object.keys(mine).length > 0) own.value = { ...own.value, ...mine }
    settings.value = withOwn(settings.value)
    if (Object.keys(others).length === 0) return
    const before = settings.value
    settings.value = { ...before, ...others }
    saving += 1
    try {
      settings.value = withOwn(await api().host.saveSettings(others))
    } catch (error) {
      settings.value = before
      throw error
    } finally {
      saving -= 1
    }
  }

  return { settings, load, follow, save }
})
