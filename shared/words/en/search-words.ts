import type { Bytes } from '../../bytes'
import type { Count } from '../../count'
import { displayName } from '../../format/display-name'
import { formatCount, formatNoun } from '../../format/format-count'
import type { Comparison, Condition, EntryQuery } from '../../model/entry-query'
import type { QueryFault } from '../../query/read-query'
import { slashed } from '../../query/slashed'
import { patternFaults } from './pattern-words'

const quoted = (value: Bytes): string => `“${displayName(value)}”`

const verbs: Readonly<Record<Comparison, readonly [is: string, isNot: string]>> = {
  has: ['is there', 'is not there'],
  contains: ['contains', 'does not contain'],
  matches: ['matches', 'does not match'],
  is: ['is', 'is not'],
  'is-not': ['is there and is not', 'is not there or is'],
  above: ['is above', 'is not above'],
  'at-least': ['is at least', 'is not at least'],
  below: ['is below', 'is not below'],
  'at-most': ['is at most', 'is not at most'],
}

function conditionSaid({ subject, how, value, not }: Condition): string {
  const verb = verbs[how][not ? 1 : 0]
  const what = how === 'has' ? '' : ` ${how === 'matches' ? slashed(displayName(value)) : quoted(value)}`
  if (subject.kind === 'any' && value === '') return not ? 'no entry' : 'every entry'
  if (subject.kind === 'any') return `${not ? 'no' : 'a'} name or value ${verbs[how][0]}${what}`
  return `${subject.kind === 'size' ? 'the size in bytes' : displayName(subject.name)} ${verb}${what}`
}

/** The search through the entries of a stream. */
export const searchWords = {
  find: 'Search all entries of the stream',
  search: 'Search the entries',
  placeholder: '4711 status=failed total>=9.99 order.sku:A1 -test',
  help: 'Words: in any name or value. field:text contains, field=text is, != > >= < <=, has:field, @size>4096. field~/^A-\\d+$/i matches a regular expression (i: in either case), /A-\\d+/ in any name or value; what may be a path, as /orders/, is a word: @any~/orders/ is none. A path leads into JSON: order.items[0].sku=A1. All must be true; OR between alternatives; - before what must not be. Quote what has blanks or signs: "two words". With a range alone: all entries in it.',
  run: 'Search',
  findThis: (name: string) => `Find this value of ${name}`,
  leaveOut: (name: string) => `Leave out this value of ${name}`,
  stop: 'Stop',
  filter: 'Filter',
  goOn: 'Go on',
  allRead: 'All entries were read',
  close: 'End the search',
  showAll: 'Show all again',
  label: 'Entries found',
  understood: (query: EntryQuery) => query.map((all) => all.map(conditionSaid).join(' and ')).join(', or '),
  found: (rows: Count) => `${formatCount(rows)} found`,
  readOf: (read: Count, total: Count | null) =>
    total === null || total < read
      ? `${formatNoun(read, 'entry', 'entries')} read`
      : `${formatCount(read)} of ${formatNoun(total, 'entry', 'entries')} read`,
  from: 'From id or time',
  to: 'To id or time',
  between: (from: string | null, to: string | null) =>
    from === null ? `up to ${to}` : to === null ? `from ${from} on` : `from ${from} to ${to}`,
  passedOver: (entries: Count) => `${formatCount(entries)} passed over`,
  partly: (entries: Count) => `${formatNoun(entries, 'entry', 'entries')} too large to be gone through whole`,
  noneCame: 'Nothing like that has come yet',
  nothingYet: 'Nothing found yet',
  nothing: 'Nothing is like that',
  nothingText: 'All entries of the stream were read.',
  stoppedText: 'The search was stopped before the end.',
  faults: {
    nothing: 'Type what to look for',
    'open-quote': 'This quote is never closed: add "',
    'bad-escape': 'After \\ there may be n, r, t, ", \\ or xNN, as \\x1f',
    'no-value': 'After the sign there must be a value: field=value; "" is the empty one',
    'no-number': 'This sign compares with a number, as 9.99',
    'nothing-around-or': 'OR stands between two things to look for; quote it to find the word: "OR"',
    'too-many': 'That is more than can be looked for at once: 30 conditions, 30 alternatives',
    'open-pattern': 'This pattern is never closed: add /; a slash within it is \\/',
    'bad-flag': 'The only letter behind a pattern is i: capitals and small letters alike; quote a path: "/var/my"',
    'too-many-patterns': 'Eight patterns at most are looked for at once',
    ...patternFaults,
  } satisfies Record<QueryFault['code'], string>,
  faultAt: (text: string, at: number) => `${text} (at character ${at + 1})`,
}
