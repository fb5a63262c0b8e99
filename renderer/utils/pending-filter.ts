import { type Bytes } from '../../shared/bytes'
import { idTimeMs, type EntryId } from '../../shared/entry-id'
import type { EntryQuery } from '../../shared/model/entry-query'
import type { Criteria } from '../../shared/model/selection'
import { formatTime } from '../../shared/format/format-time'
import { units } from '../../shared/words/units'
import { words } from '../../shared/words/words'

export interface FilterChip {
  readonly part: keyof Criteria
  readonly text: string
  /** What is left of the filter when this goes. */
  readonly without: Criteria
}

type Part = keyof Criteria

const PARTS: readonly (readonly [Part, (criteria: Criteria) => string | null])[] = [
  ['minIdleMs', ({ minIdleMs }) => (minIdleMs === undefined ? null : words.pendingFilter.idleAtLeast(minIdleMs))],
  [
    'minDeliveries',
    ({ minDeliveries: least }) => (least === undefined ? null : words.pendingFilter.leastDeliveries(least)),
  ],
  [
    'maxDeliveries',
    ({ maxDeliveries: most }) => (most === undefined ? null : words.pendingFilter.mostDeliveries(most)),
  ],
  ['from', ({ from }) => (from === undefined ? null : words.pendingFilter.fromId(idText(from)))],
  ['to', ({ to }) => (to === undefined ? null : words.pendingFilter.toId(idText(to)))],
  [
    'presence',
    ({ presence }) =>
      presence === undefined
        ? null
        : presence === 'gone'
          ? words.pendingFilter.goneFromStream
          : words.pendingFilter.inStream,
  ],
  ['query', ({ query }) => (query === undefined ? null : words.search.understood(query))],
]

function idText(id: EntryId): string {
  const at = idTimeMs(id)
  return at === null ? id : `${id} (${formatTime(at)})`
}

/** One chip for each thing that is asked for; the consumer has its own control. */
export function filterChips(criteria: Criteria): readonly FilterChip[] {
  return PARTS.flatMap(([part, textOf]) => {
    const text = textOf(criteria)
    return text === null ? [] : [{ part, text, without: omit(criteria, part) }]
  })
}

export function isFiltered(criteria: Criteria): boolean {
  return filterChips(criteria).length > 0
}

/** The filter together with the one consumer that the list is narrowed to. */
export function criteriaOf(criteria: Criteria, consumer: Bytes | null): Criteria {
  return consumer === null ? criteria : { ...criteria, consumers: [consumer] }
}

/** The same, with another query; null: with none. */
export function withQuery(criteria: Criteria, query: EntryQuery | null): Criteria {
  return query === null ? omit(criteria, 'query') : { ...criteria, query }
}

function omit(criteria: Criteria, part: Part): Criteria {
  return Object.fromEntries(Object.entries(criteria).filter(([name]) => name !== part))
}

export const IDLE_UNITS = [
  { value: 1_000, label: units.second },
  { value: 60_000, label: units.minute },
  { value: 3_600_000, label: units.hour },
  { value: 86_400_000, label: units.day },
] as const

/** The coarsest unit that says it without a rest. */
export function idleUnitOf(ms: number): number {
  return IDLE_UNITS.findLast(({ value }) => ms > 0 && ms % value === 0)?.value ?? 60_000
}

/**
 * How far a filtered list was searched: "3 match of 10 000 looked at so far". `total`: what is pending altogether, if
 * known. `all`: it was searched from its start. `untold`: of so many nobody could tell.
 */
export function searchWords(found: number, walked: number, isDone: boolean, all: boolean, untold = 0): string {
  const searched = words.pendingFilter.searched(found, all ? walked : null, isDone)
  return untold === 0 ? searched : `${searched}, ${words.search.partly(untold)}`
}
