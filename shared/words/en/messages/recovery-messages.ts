import { cliArgument, type Bytes } from '../../../bytes'
import { displayName } from '../../../format/display-name'
import { formatCount } from '../../../format/format-count'
import { formatDuration } from '../../../format/format-duration'
import { formatSize } from '../../../format/format-size'
import type { Message } from '../../../model/message'
import type { Say } from '../../message-words'
import { claimWords, hashName, type ClaimAsked, type HashOf } from '../claim-words'

interface Because {
  readonly why: Message
}

const READS_ITS_OWN =
  'reads its own pending list, as at a restart that reads from 0, by XAUTOCLAIM after its min idle time, or by XREADGROUP with CLAIM (8.4+); new entries (>) never bring them'

/** Of what is done with pending entries: what it is called in the journal, what befell an entry, why it can't be done. */
export const recoveryMessages = {
  'recovery.claim': (asked: ClaimAsked) => claimWords(asked),
  'recovery.spread': ({ to }: { readonly to: readonly Bytes[] }) => `spread over ${to.map(cliArgument).join(', ')}`,
  'recovery.spread-kept': ({ to }: { readonly to: readonly Bytes[] }) =>
    `spread over ${to.map(cliArgument).join(', ')}, idle time kept`,
  'recovery.ack': () => 'ack',
  'recovery.ack-delete': ({ references }: { readonly references: string }) => `ack and delete (${references})`,
  'recovery.dead-letter': ({ stream }: { readonly stream: Bytes }) => `dead-letter to ${cliArgument(stream)}`,
  'recovery.requeue': ({ stream }: { readonly stream: Bytes }) => `requeue to ${cliArgument(stream)}`,
  'recovery.requeue-edited': ({ stream }: { readonly stream: Bytes }) => `requeue to ${cliArgument(stream)}, edited`,
  'recovery.deleting-originals': ({ what }: { readonly what: Message }, say: Say) =>
    `${say(what)}, deleting the originals`,
  'recovery.release': ({ mode }: { readonly mode: string }) => `release to the group (${mode})`,
  'recovery.auto-claim': ({ to, minIdleMs }: { readonly to: Bytes; readonly minIdleMs: number }) =>
    `auto-claim to ${cliArgument(to)} what is idle for ${formatDuration(minIdleMs)}`,
  'recovery.handle': (hash: HashOf & { readonly to: Bytes }) =>
    `handle as ${cliArgument(hash.to)}: write to hashes ${hashName(hash)}, then ack`,

  'recovery.worked-on': ({ to }: { readonly to: Bytes }) =>
    `A claim only changes the owner: ${displayName(to)} works on them once it ${READS_ITS_OWN}.`,
  'recovery.worked-on-by-new': ({ to }: { readonly to: Bytes }) =>
    `A claim only changes the owner: nobody works on them until a consumer is started as ${displayName(to)} that ${READS_ITS_OWN}.`,
  'recovery.worked-on-by-each': () =>
    `A claim only changes the owner: a consumer works on what it gets once it ${READS_ITS_OWN}.`,
  'recovery.copies-have-new-ids': ({ stream }: { readonly stream: Bytes }) =>
    `A copy has a new id and goes to the end of ${displayName(stream)}: locks, and what a client knows as done by the entry’s id, do not hold for it.`,
  'recovery.holder-may-work': ({ seenMs }: { readonly seenMs: number }) =>
    `The holder was last seen ${formatDuration(seenMs)} ago, which does not prove that it has ended: if it is still at work on one of them, that is done twice.`,

  'recovery.ticked-again': () =>
    'Each entry that you chose is also taken where the same consumer was given it again meanwhile; what another holds by then, or was acked, is left alone.',

  'recovery.bound-by-count': ({ read, unread }: { readonly read: number; readonly unread: number }) =>
    `The first ${formatCount(read)} were read one by one, and go as they were read. The other ${formatCount(unread)} are bound by their number: of what the consumer holds when it runs, no more goes than that, and nothing that was delivered since. Recover… reads all of them before.`,

  'recovery.copy-left': ({ copyId, why }: Because & { readonly copyId: string }, say: Say) =>
    `Its copy ${copyId} may still be there: ${say(why)}`,
  'recovery.copy-beside': ({ copyId, why }: Because & { readonly copyId: string }, say: Say) =>
    `It is pending again, but its copy ${copyId} may still be there: ${say(why)}`,
  'recovery.copy-only-body': ({ copyId }: { readonly copyId: string }) =>
    `It is gone from the stream, so its copy ${copyId} stays.`,
  'recovery.ack-may-come': ({ copyId }: { readonly copyId: string }) =>
    `It is pending, and its copy ${copyId} is there as well: its ack may still be carried out.`,
  'recovery.copy-unread': ({ copyId }: { readonly copyId: string }) =>
    `Its copy ${copyId} is there; whether it was acked could not be read.`,
  'recovery.copy-not-acked': ({ copyId }: { readonly copyId: string }) =>
    `It was not acked, and its copy ${copyId} is there as well.`,
  'recovery.original-left': () =>
    'Its original was not deleted; whether it was copied and acked is not known for certain.',
  'recovery.original-kept': () =>
    'It was copied and acked, and its original stays in the stream: another group holds it, or has not read it.',
  'recovery.original-may-stay': ({ why }: Because, say: Say) =>
    `It was copied and acked, and its original may still be in the stream: ${say(why)}`,
  'recovery.reply-was-lost': () => 'the connection was lost before it was deleted',
  'recovery.read-meanwhile': () => 'it was read meanwhile',
  'recovery.acked-only': ({ why }: Because, say: Say) => `It was acked, but is still in the stream: ${say(why)}`,
  'recovery.claimed-only': ({ why }: Because, say: Say) => `It was claimed, and nothing more: ${say(why)}`,
  'recovery.not-written': ({ why }: Because, say: Say) => `It could not be written: ${say(why)}`,
  'recovery.hash-too-large': ({ bytes }: { readonly bytes: number }) =>
    `Its hash holds ${formatSize(bytes)} in these fields, more than is saved before they are overwritten: it was claimed, and not written.`,
  'recovery.hash-not-looked-at': ({ why }: Because, say: Say) =>
    `What its hash holds could not be looked at, so it was claimed, and not written: ${say(why)}`,
  'recovery.hash-changed': () =>
    'Its hash was written by another in that very moment: it was claimed, and not written. Retry looks at the hash anew.',
  'recovery.hash-not-back': ({ why }: Because, say: Say) =>
    `It is pending again, and its hash stays as it was written: ${say(why)}`,
  'recovery.hash-may-be-back': ({ why }: Because, say: Say) =>
    `It is pending again; whether its hash holds what it held before is not known: ${say(why)}`,
  'recovery.not-acked': ({ why }: Because, say: Say) => `It was claimed and written, but not acked: ${say(why)}`,
  'recovery.lost-before-ack': () => 'The connection was lost before it was acked. It may have been written.',
  'recovery.trims-its-copies': ({ copies }: { readonly copies: number }) =>
    `${copies} copies are written, and the stream would be trimmed below that: the first of them would be lost.`,
  'recovery.keep-more': ({ copies }: { readonly copies: number }) => `Keep ${copies} or more, or leave it untrimmed.`,
  'recovery.target-loses-more': ({ shown }: { readonly shown: number }) =>
    `The stream for the copies has grown: more than the ${shown} older entries that were shown would go.`,
  'recovery.more-gone': ({ shown }: { readonly shown: number }) =>
    `More entries are gone from the stream than the ${shown} that were shown, and nothing could give them back: stopped before those. Resume looks anew.`,
  'recovery.more-held': ({ shown }: { readonly shown: number }) =>
    `The consumer was given entries of others since: it holds more than the ${shown} that were shown. Stopped before those. Resume looks anew.`,
  'recovery.too-many-fields': () => 'It has too many fields for a script.',
  'recovery.no-id-field': () => 'It has no such id field, so nothing tells where to write it.',
  'recovery.two-id-fields': () => 'Its id field comes twice with different values.',
  'recovery.empty-id-field': () => 'Its id field is empty.',

  'recovery.no-other-consumer': () => 'This group has no other consumer.',
  'recovery.others-emptied': () =>
    'The other consumers were emptied from here and not seen since: none of them is chosen by itself.',
  'recovery.none-active': () => 'No other consumer is active, and all of them hold entries.',
  'recovery.none-fit': () =>
    'No other consumer is active: each of them holds entries, or was emptied from here and not seen since.',
  'recovery.name-consumer': () =>
    'Requeue them, and the copies are delivered as new entries; or name the consumer that shall take them: a new name is created.',
  'recovery.choose-consumers': () => 'Choose the consumers that shall take them, or name new ones.',
  'recovery.no-stream': ({ name }: { readonly name: Bytes }) => `${cliArgument(name)} is not a stream.`,
  'recovery.name-stream': () => 'Name a stream, or a key that does not exist: it is created.',
  'recovery.other-node': ({ name }: { readonly name: Bytes }) =>
    `${cliArgument(name)} lies on another node of the cluster. Choose a name with the same part in braces.`,
  'recovery.own-dead-letters': () => 'A stream can’t be its own dead-letter stream.',
  'recovery.name-other-stream': () => 'Name another stream, or none: then it is the stream’s name and “:dead”.',
  'recovery.edits-one-only': () => 'Only the fields of one entry can be edited.',
  'recovery.choose-one': () => 'Choose one entry, or leave the fields as they are.',
  'recovery.fields-not-kept': () =>
    'The fields of this copy were edited, and the journal does not keep what entries hold.',
  'recovery.requeue-anew': () => 'Requeue the entry anew, with the fields that it shall have.',
  'recovery.by-idle-time-only': () => 'XAUTOCLAIM chooses by idle time, and by nothing else.',
  'recovery.choose-all': () => 'Choose all entries of the group, or claim the ones you chose.',
  'recovery.kept-idle': ({ pending }: { readonly pending: number }) =>
    `${pending} entries are pending in this group. To keep the idle time, this server would walk through them for each entry, and answer nobody meanwhile.`,
  'recovery.no-claim': () => 'It claimed nothing whose end could be followed.',
  'recovery.choose-claim': () => 'Choose a record of a claim, a spread or an auto-claim.',
  /** `complete` false: others that were not read may be idle for longer. */
  'recovery.idle-anew': ({ mostMs, complete }: { readonly mostMs: number; readonly complete: boolean }) =>
    `Their idle time begins anew: a client that takes entries by itself after a min idle time does so up to ${formatDuration(mostMs)} later${complete ? '' : ', by those that were read'}.`,
  'recovery.unwritten-kept': ({ to }: { readonly to: Bytes }) =>
    `What can’t be written stays pending with ${displayName(to)}, as idle as it is.`,
  'recovery.unwritten-anew': ({ to, idle }: { readonly to: Bytes; readonly idle: Message }, say: Say) =>
    `What can’t be written stays pending with ${displayName(to)}. ${say(idle)}`,
  'recovery.idle-kept': () =>
    'Their idle time stays what it is: a client that takes entries by itself after a min idle time does so no later than without the claim.',
  'recovery.not-resumable': () => 'This can’t be resumed here.',
  'recovery.choose-stopped': () => 'Choose a record of this connection that stopped before its end.',
}
