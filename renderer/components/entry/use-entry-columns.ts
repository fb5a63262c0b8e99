import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { displayBytes } from '../../../shared/bytes'
import { MOST_COLUMNS, NARROWEST, WIDEST } from '../../../shared/column-limits'
import { idTimeMs } from '../../../shared/entry-id'
import { formatTime } from '../../../shared/format/format-time'
import type { Entry } from '../../../shared/model/entry'
import { shownZone } from '../../../shared/time/shown-zone'
import { words } from '../../../shared/words/words'
import { useEntryLayouts, type Layout } from '../../stores/entry-layouts'
import type { StreamTarget } from '../../stores/targets'
import { useToasts } from '../../stores/toasts'
import { columnName } from '../../utils/column-id'
import type { TableColumn, TableSort } from '../base/table-column'
import { columnOf, extendColumns, MAX_COLUMNS, type EntryColumn, type OwnColumn } from './entry-columns'
import { previewBytes } from './preview'
import { sortEntries } from './sort-entries'

/** Characters of a time with its zone, but in an hour that was there twice. */
const USUAL_TIME = 24
/** Of columns that show and of others. */
const MOST_WIDTHS = 2 * MOST_COLUMNS

interface EntryColumns {
  /** Those of fields and paths that show. */
  readonly fields: ComputedRef<readonly EntryColumn[]>
  /** Those that show by themselves, as a layout names them. */
  readonly plain: ComputedRef<readonly string[]>
  readonly columns: ComputedRef<readonly TableColumn[]>
  readonly sort: ComputedRef<TableSort | null>
  /** The entries as they are listed: sorted, unless they come as they are added. */
  readonly rows: ComputedRef<readonly Entry[]>
  /** Of one column; `null` is by id again. */
  sortBy(sort: TableSort | null): void
  /** `px` null: as wide as it needs. It is kept once `isDone`. */
  resize(column: string, px: number | null, isDone: boolean): void
}

/** The columns of a stream's entries, as a person chose them, else one for each field as they are met. `isLive`: in the order of time. */
export function useEntryColumns(
  target: () => StreamTarget,
  entries: () => readonly Entry[],
  isLive: () => boolean,
): EntryColumns {
  const layouts = useEntryLayouts()
  const toasts = useToasts()
  const layout = computed(() => layouts.of(target()))
  /** While its edge is drawn. */
  const drawn = shallowRef<{ readonly column: string; readonly px: number } | null>(null)

  const met = shallowRef<readonly EntryColumn[]>([])
  const chosen = shallowRef<readonly EntryColumn[]>([])
  watch(
    [entries, () => layout.value.columns],
    ([now, columns]) => {
      met.value = extendColumns(met.value, now)
      if (columns === null) return
      // One that is there stays as wide as it is.
      const known = new Map([...met.value, ...chosen.value].map((column) => [column.id, column]))
      chosen.value = columns.flatMap((id) => {
        const name = columnName(id)
        return name === null ? [] : [known.get(id) ?? columnOf(name, now)]
      })
    },
    { immediate: true },
  )
  const fields = computed(() => (layout.value.columns === null ? met.value : chosen.value))

  const hasOther = computed(() => met.value.length >= MAX_COLUMNS || entries().some(({ moreFields }) => moreFields > 0))
  const plain = computed((): readonly string[] => [
    ...['id', 'time', ...met.value.map(({ id }) => id)],
    ...(hasOther.value ? ['other'] : []),
    'size',
  ])
  const ids = computed(() => layout.value.columns ?? plain.value)

  // Ids of one stream are mostly equally long, and the last one is a good guess for the rest.
  const idWidth = computed(() => Math.ceil(Math.max(20, entries()[0]?.id.length ?? 0) * 7.3 + 18))
  /** An hour that was there twice shows its offset as well. */
  const timeWidth = computed(() => {
    const isLong = entries().some(({ id }) => formatTime(idTimeMs(id) ?? 0).length > USUAL_TIME)
    return isLong ? '238px' : '184px'
  })

  const own = computed((): Readonly<Record<OwnColumn, Omit<TableColumn, 'id'>>> => ({
    id: { label: words.entries.id, width: `${idWidth.value}px` },
    time: { label: words.entries.timeIn(shownZone()), width: timeWidth.value, hint: words.entries.timeHint },
    other: { label: words.entries.otherFields, width: 'minmax(120px, 1fr)' },
    size: {
      ...{ label: words.entries.size, width: '76px', align: 'end', hint: words.entries.sizeHint },
      sortable: !isLive(),
    },
  }))
  function plainColumn(id: string): readonly TableColumn[] {
    if (id === 'id' || id === 'time' || id === 'other' || id === 'size') return [{ id, ...own.value[id] }]
    const field = fields.value.find((column) => column.id === id)
    if (!field) return []
    const { name, chars } = field
    return [
      {
        id,
        label: previewBytes(name, 60),
        hint: displayBytes(name),
        width: `minmax(${chars * 8 + 26}px, ${chars}fr)`,
        sortable: !isLive(),
      },
    ]
  }
  const columns = computed(() =>
    ids.value.flatMap(plainColumn).map((column): TableColumn => {
      const px =
        drawn.value?.column === column.id
          ? drawn.value.px
          : layout.value.widths.find((width) => width.column === column.id)?.px
      return px === undefined ? column : { ...column, width: `${px}px` }
    }),
  )

  const sort = computed(() => layout.value.sort)
  const rows = computed(() => (sort.value === null || isLive() ? entries() : sortEntries(entries(), sort.value)))

  function change(by: Partial<Layout>): void {
    layouts.change(target(), by).catch((error: unknown) => toasts.showTrouble(error))
  }

  return {
    ...{ fields, plain, columns, sort, rows },
    sortBy: (by) => change({ sort: by === null ? null : { ...by } }),
    resize(column, px, isDone) {
      const within = px === null ? null : Math.min(WIDEST, Math.max(NARROWEST, Math.round(px)))
      drawn.value = isDone || within === null ? null : { column, px: within }
      if (!isDone) return
      const others = layout.value.widths.filter((width) => width.column !== column)
      change({ widths: within === null ? others : [...others, { column, px: within }].slice(-MOST_WIDTHS) })
    },
  }
}
