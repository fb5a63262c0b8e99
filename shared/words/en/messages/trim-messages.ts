import type { Bytes } from '../../../bytes'
import { formatNoun } from '../../../format/format-count'
import { displayName } from '../../../format/display-name'
import type { Message } from '../../../model/message'
import type { Say } from '../../message-words'

interface How {
  readonly approximate: boolean
  /** What becomes of references, where entries are deleted one by one; null: XTRIM. */
  readonly references: string | null
}

const about = ({ approximate }: How): string => (approximate ? '~ ' : '')
const mode = ({ references }: How): string => (references === null ? '' : ` (${references})`)

/** Of a stream that is trimmed. */
export const trimMessages = {
  // Not taken apart by a rest: what is missing has to be found missing.
  'trim.to-length': (how: How & { readonly entries: number }) =>
    `trim to ${about(how)}${formatNoun(how.entries, 'entry', 'entries')}${mode(how)}`,
  'trim.to-id': (how: How & { readonly id: string }) => `trim to ${about(how)}ids from ${how.id}${mode(how)}`,
  'trim.keeping-needed': ({ trim }: { readonly trim: Message }, say: Say) =>
    `${say(trim)}, and no more than groups can do without`,
  'trim.held': ({ group }: { readonly group: Bytes }) =>
    `The group ${displayName(group)} needs what comes from here on`,
}
