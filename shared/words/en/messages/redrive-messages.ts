import { cliArgument, type Bytes } from '../../../bytes'
import { pluralForm } from '../../../format/format-count'
import type { Message } from '../../../model/message'
import type { Say } from '../../message-words'

function entries(count: number): string {
  return `${count} ${pluralForm(count, { one: 'entry', other: 'entries' })}`
}

/** Of dead letters that are given back to their streams. */
export const redriveMessages = {
  'redrive.to-one': (about: { readonly entries: number; readonly stream: Bytes }) =>
    `redrive ${entries(about.entries)} to ${cliArgument(about.stream)}`,
  'redrive.to-many': (about: { readonly entries: number; readonly streams: number }) =>
    `redrive ${entries(about.entries)} to ${about.streams} streams`,
  'redrive.copies-have-new-ids': () =>
    'A copy has a new id and goes to the end of its stream: locks, and what a client knows as done by the entry’s id, do not hold for it.',
  'redrive.in-both': ({ copyId }: { readonly copyId: string }) =>
    `It was copied as ${copyId} and may still be in the dead-letter stream, too.`,
  'redrive.in-both-because': ({ copyId, why }: { readonly copyId: string; readonly why: Message }, say: Say) =>
    `It was copied as ${copyId} and may still be in the dead-letter stream, too: ${say(why)}`,
  'redrive.not-taken': ({ stream, why }: { readonly stream: Bytes; readonly why: Message }, say: Say) =>
    `It can’t go to ${cliArgument(stream)}: ${say(why)}`,
  'redrive.itself': () => 'It is the dead-letter stream itself.',
  'redrive.other-node': () => 'It lies on another node of the cluster.',
  'redrive.no-stream': () => 'It does not exist.',
  'redrive.other-type': ({ type }: { readonly type: string }) => `It is no stream, but a ${type}.`,
  'redrive.too-many-streams': () => 'These come from more than 1 000 different streams.',
  'redrive.choose-fewer': () => 'Choose fewer entries, or one stream for all of them.',
}
