import { displayBytes } from '../../bytes'
import { formatNoun } from '../../format/format-count'
import type { MadeConsumerStanding } from '../../model/made-consumer'

/** Of a consumer that is there by our own doing: "consumer bob, which was made from here, stays, empty". */
export function madeConsumerSentence({ name, pending, used }: MadeConsumerStanding): string {
  const who = `consumer ${displayBytes(name)}, which was made from here, stays`
  if (pending > 0) return `${who}: it holds ${formatNoun(pending, 'entry', 'entries')}`
  switch (used) {
    case 'yes':
      return `${who}, empty: it was used since`
    case 'unknown':
      return `${who}, empty: whether it was used since is not known`
    case 'no':
      return `${who}, empty`
  }
}

export const madeConsumerWords = {
  remove: (name: MadeConsumerStanding['name']) => `Remove ${displayBytes(name)}`,
  removeHint: 'XGROUP DELCONSUMER, if it still holds nothing and was not used since. It can be undone.',
}
