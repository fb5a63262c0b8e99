import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { useMonitoring } from '../stores/monitoring'
import { useSettings } from '../stores/settings'
import { useStreams } from '../stores/streams'
import { rollUp, type RollUps } from '../utils/roll-up'
import { buildTree, filterNames, visibleRows, type TreeRow } from '../utils/stream-tree'

interface StreamTreeState {
  readonly filter: ShallowRef<string>
  readonly rows: ComputedRef<readonly TreeRow[]>
  /** Streams that match the filter. */
  readonly matches: ComputedRef<number>
  readonly rollUps: ComputedRef<RollUps>
  /** Folders are open unless they were closed one by one; or the other way round. */
  readonly isUnfolded: Readonly<ShallowRef<boolean>>
  toggle(folderId: string): void
  toggleAll(): void
}

/** The tree of streams as filtered and folded. Everything is open until it is closed: nothing found hides behind a click. */
export function useStreamTree(): StreamTreeState {
  const streams = useStreams()
  const monitoring = useMonitoring()
  const settings = useSettings()
  const filter = shallowRef('')
  const isOpenByDefault = shallowRef(true)
  const exceptions = shallowRef<ReadonlySet<string>>(new Set())

  const matching = computed(() => filterNames(streams.names, filter.value))
  const tree = computed(() => buildTree(matching.value, settings.settings.delimiter))
  const isOpen = (id: string): boolean => isOpenByDefault.value !== exceptions.value.has(id)

  return {
    filter,
    rows: computed(() => visibleRows(tree.value, isOpen)),
    matches: computed(() => matching.value.length),
    rollUps: computed(() => rollUp(tree.value, monitoring.reports.byStream)),
    toggle(folderId) {
      const next = new Set(exceptions.value)
      if (!next.delete(folderId)) next.add(folderId)
      exceptions.value = next
    },
    toggleAll() {
      isOpenByDefault.value = !isOpenByDefault.value
      exceptions.value = new Set()
    },
    isUnfolded: isOpenByDefault,
  }
}
