import type { Count } from '../../count'
import { MOST_TEXT_BYTES } from '../../entry-text'
import { formatCount } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'
import { formatSize } from '../../format/format-size'

/** One entry: its fields, and how it stands in each group. */
export const entryWords = {
  notHere: 'The entry is not here',
  stillRead: 'The entry is still being read',
  tooLargeToCopy: `More than ${formatSize(MOST_TEXT_BYTES)} is too much for a text: save its values instead`,
  entry: 'Entry',
  time: 'Time',
  size: 'Size',
  fields: 'Fields',
  copyXaddHint: 'Copy as an XADD for redis-cli, with its id',
  copiedAsRedisCli: 'Copied as redis-cli',
  redisCli: 'redis-cli',
  copyJsonHint: 'Copy as JSON, fields as a list of pairs',
  copiedAsJson: 'Copied as JSON',
  deleteHint: 'Delete this entry, looked at first',
  deleteDots: 'Delete…',
  whichFields: 'Which fields',
  findFields: 'Find fields by name',
  noFieldFound: 'No field has this in its name',
  fieldsShown: (first: Count, last: Count, of: Count) =>
    `${formatCount(first)} to ${formatCount(last)} of ${formatCount(of)}`,
  fieldsFound: (shown: string, count: Count) => `${shown} found among ${formatCount(count)}`,
  firstFields: 'First fields',
  fieldsBefore: 'Fields before these',
  fieldsAfter: 'Fields after these',
  lastFields: 'Last fields',
  theseAreFirst: 'these are the first',
  theseAreLast: 'these are the last',
  readLarge: 'Read it all the same',
  groups: 'Groups',
  nobody: '(nobody)',
  notDelivered: 'not delivered yet',
  deliveredNotPending: 'delivered, not pending',
  couldNotBeRead: 'could not be read',
  moreGroups: (moreGroups: Count) => `${formatCount(moreGroups)} groups more`,
  json: 'JSON',
  text: 'Text',
  bytes: 'Bytes',
  field: (name: string) => `Field ${name}`,
  notUtf8: 'not UTF-8',
  showAs: (name: string) => `Show ${name} as`,
  copyValue: (name: string) => `Copy the value of ${name}`,
  onlyFirst: (here: number, field: number) =>
    `Only the first ${formatSize(here)} of ${formatSize(field)} are here; copying takes only these.`,
  asJson: (name: string) => `${name} as JSON`,
  asText: (name: string) => `${name} as text`,
  asBytes: (name: string) => `${name} as bytes`,
  cutString: (shown: string, left: Count) => `"${shown}… (${formatCount(left)} characters more)"`,
  shownOf: (listed: Count, children: Count) => `${formatCount(listed)} of ${formatCount(children)} shown; more`,
  placeHelp: 'An id, 2021-05-15 06:55, or 10m ago',
  jump: 'Jump',
  jumpToId: 'Jump to id or time',
  jumpHint: 'Jump: an id, its first half, a date and time, or 10m ago',
  showMore: (left: Count) => `Show ${formatCount(left)} characters more`,
  pendingWith: (idleMs: number, deliveries: Count) =>
    `pending with {consumer}, idle ${formatDuration(idleMs)}, delivered ${formatCount(deliveries)}×`,
}
