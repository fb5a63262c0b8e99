import { defineStore } from 'pinia'
import { bytesKey } from '../../shared/bytes'
import { MOST_LAYOUTS } from '../../shared/column-limits'
import type { EntryLayout } from '../../shared/model/entry-layout'
import { jsonPathsOf } from '../../shared/query/json-path'
import { columnName } from '../utils/column-id'
import { useConnections } from './connections'
import { useSettings } from './settings'
import type { StreamTarget } from './targets'

/** How the entries of a stream are laid out. */
export type Layout = Pick<EntryLayout, 'columns' | 'widths' | 'sort'>

export const PLAIN_LAYOUT: Layout = { columns: null, widths: [], sort: null }
/** Of all layouts together, in characters: they are saved in one message. */
const MOST_CHARS = 200_000

/** What was chosen by stream, remembered among the settings: the latest of it, and nothing of connections that are gone. */
export const useEntryLayouts = defineStore('entry-layouts', () => {
  const settings = useSettings()
  const connections = useConnections()

  const isOf = ({ connectionId, key }: EntryLayout, target: StreamTarget): boolean =>
    connectionId === target.connectionId && bytesKey(key) === bytesKey(target.key)

  function isKept({ connectionId }: EntryLayout): boolean {
    const { list } = connections
    return list.length === 0 || list.some(({ id }) => id === connectionId)
  }

  return {
    of(target: StreamTarget): Layout {
      return settings.settings.entryLayouts.find((each) => isOf(each, target)) ?? PLAIN_LAYOUT
    },
    /** Null: as they come, without a choice. */
    chosenOf(target: StreamTarget): Layout | null {
      const { columns, widths, sort } = this.of(target)
      return isPlain({ columns, widths, sort }) ? null : { columns, widths, sort }
    },
    /** The columns that may be paths into JSON, which the host is to tell of where a list holds too little. */
    pathsOf(target: StreamTarget): readonly string[] {
      const names = (this.of(target).columns ?? []).flatMap((id) => columnName(id) ?? [])
      return names.filter((name) => typeof name === 'string').filter((name) => jsonPathsOf(name).length > 0)
    },
    /** Takes effect at once. Throws where the host can't keep it. */
    change(target: StreamTarget, by: Partial<Layout>): Promise<void> {
      const { columns, widths, sort } = { ...this.of(target), ...by }
      const others = settings.settings.entryLayouts.filter((each) => !isOf(each, target) && isKept(each))
      const { connectionId, key } = target
      const all = isPlain({ columns, widths, sort })
        ? others
        : [...others, { connectionId, key, columns, widths, sort }]
      return settings.save({ entryLayouts: latest(all) })
    },
  }
})

function isPlain({ columns, widths, sort }: Layout): boolean {
  return columns === null && widths.length === 0 && sort === null
}

function latest(all: readonly EntryLayout[]): EntryLayout[] {
  let room = MOST_CHARS
  const kept = all.slice(-MOST_LAYOUTS).toReversed()
  return kept
    .filter((layout) => {
      room -= JSON.stringify(layout).length
      return room >= 0
    })
    .toReversed()
}
