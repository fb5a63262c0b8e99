import { MOST_COLUMNS, NARROWEST, WIDEST } from '../../column-limits'
import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'

type Missing =
  | { readonly why: 'no-field' | 'no-json' | 'not-in-json' | 'cut'; readonly field: string }
  | { readonly why: 'left-out'; readonly fields: number }

function missing(what: Missing): string {
  switch (what.why) {
    case 'no-field':
      return `This entry has no field ${what.field}`
    case 'no-json':
      return `${what.field} is no JSON here`
    case 'not-in-json':
      return `The JSON of ${what.field} has nothing there`
    case 'cut':
      return `Not in the beginning of ${what.field}, and no more of it is read for the list: open the entry`
    case 'left-out':
      return `It may be among the ${formatNoun(what.fields, 'field', 'fields')} that are not read for the list: open the entry`
  }
}

/** The columns of the entries table, and what it is sorted by. */
export const columnsWords = {
  choose: 'Columns…',
  title: 'Columns of the entries',
  about: 'For this stream, remembered. Widths in pixels; left empty, a column is as wide as it needs.',
  columns: 'Columns',
  width: (column: string) => `Width of ${column}`,
  widthFault: `${NARROWEST} to ${WIDEST}`,
  byItself: 'auto',
  earlier: (column: string) => `Move ${column} up: further left`,
  later: (column: string) => `Move ${column} down: further right`,
  isFirst: 'It is the first',
  isLast: 'It is the last',
  idStays: 'The id always shows: by it entries are known',
  added: 'Another field, or a path into its JSON',
  addedPlaceholder: 'payload.order.id',
  addedHint:
    'As in the search: items[0].sku; $.id in any field; what has blanks or signs in quotes, "\\xff" is any byte.',
  add: 'Add column',
  noName: 'Type a name, or a path',
  isThere: 'It is among the columns already: tick it',
  one: 'One name or path at a time: quote what has blanks',
  tooLong: 'No more than 1 000 characters',
  tooMany: `No more than ${MOST_COLUMNS} columns`,
  plain: 'As they come',
  use: 'Use these columns',
  sortedBy: (by: string, direction: 'ascending' | 'descending') =>
    `Sorted by ${by}, ${direction === 'descending' ? 'highest' : 'lowest'} first:`,
  sortedLoaded: (entries: Count, isAll: boolean) =>
    isAll
      ? `${formatNoun(entries, 'entry', 'entries')}, all there are. New ones go to their place.`
      : `only the ${formatNoun(entries, 'entry', 'entries')} that are loaded. More of them, and new ones, go to their place.`,
  sortedFound: (entries: Count, isAll: boolean) =>
    isAll
      ? `the ${formatCount(entries)} found.`
      : `only the ${formatCount(entries)} found so far. What else is found goes to its place.`,
  sortRests: (by: string) => `The live tail keeps the order of time: sorting by ${by} waits until it ends.`,
  loadMore: 'Load more',
  allLoaded: 'All entries are loaded',
  byId: 'By id again',
  part: 'a part',
  missing,
}
