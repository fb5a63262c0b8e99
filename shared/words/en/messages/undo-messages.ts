import { displayBytes, type Bytes } from '../../../bytes'
import type { Message } from '../../../model/message'
import type { Say } from '../../message-words'

/** Where a connection leads, or led. */
interface Server {
  readonly endpoint: string
  readonly db: number
}

const server = ({ endpoint, db }: Server): string => `${endpoint}, database ${db}`
const GIVES_BACK = 'Gives back owner and delivery count; the idle time starts anew.'
const NO_WAY = 'Redis keeps no way back'
const REQUEUE =
  'Where no group was given the copy yet: gives back owner and delivery count, and deletes the copy; the idle time starts anew.'
const REBUILD =
  'Removes the new key, as long as all that it holds is in the backup or in the stream as well and no group has read on from it.'

const SHOWN_GROUPS = 5

/** The first of them. */
function ofGroups(groups: readonly Bytes[]): string {
  if (groups.length === 0) return ''
  const shown = groups.slice(0, SHOWN_GROUPS).map(displayBytes).join(', ')
  const more = groups.length - SHOWN_GROUPS
  return more > 0 ? ` (${shown} and ${more} more)` : ` (${shown})`
}

/** What is given back, what is not, and why not. */
export const undoMessages = {
  'undo.no-way': () => `${NO_WAY}.`,
  'undo.backup-has-it': () => `${NO_WAY}; the backup has what went.`,
  'undo.backup-to-add': () =>
    `${NO_WAY}. The backup file of this record has what went; from there it can be added again, as new entries.`,
  'undo.all-gone': () => 'They are gone from the stream: Redis makes nothing of that pending again.',
  'undo.addition': () => 'Sluice does not take additions back.',
  'undo.of-undo': () => 'It was an undo itself.',
  'undo.claim': () => GIVES_BACK,
  'undo.claim-kept': () =>
    'Gives back owner and delivery count; the idle time stays what it is. Where so much is pending by then that this would hold up the server, it starts anew.',
  'undo.auto-claim': () =>
    `${GIVES_BACK} Where others ack in that very moment, a step may claim entries further on, which the journal does not know: those stay where they are.`,
  'undo.dead-letter': () =>
    'Where the copy is still there: gives back owner and delivery count, and deletes the copy; the idle time starts anew. A copy that a group was given is deleted only where that is asked for by itself.',
  'undo.requeue': () => REQUEUE,
  'undo.requeue-untraced': () =>
    `${REQUEUE} The copies don’t say where they come from: those under way when Sluice is ended or a reply is lost can’t be found, nor undone.`,
  'undo.originals-deleted': () =>
    `${NO_WAY} to an id that was deleted. The copies stay, and the backup file of this record has the originals.`,
  'undo.handle': () =>
    'Makes acked entries pending again, for who held them, with their delivery count. The hashes stay as they were written, and what could not be written stays with its new owner.',
  'undo.handle-hashes': () =>
    'Makes acked entries pending again, for who held them, with their delivery count; then each hash gets back what it held in these fields, where it still holds what was written. What could not be written or acked stays with its new owner, and its hash as it is.',
  'undo.hashes-lost': ({ what }: { readonly what: Message }, say: Say) =>
    `${say(what)} What the hashes hold that can’t be looked at is lost.`,
  'undo.release': () => 'Whoever reads next gets them: there is nothing to give back.',
  'undo.redrive': () => 'Nothing: a copy may have been delivered at once. The journal has the id of each copy.',
  'undo.redrive-saved': () =>
    'Nothing: a copy may have been delivered at once. The journal has the id of each copy, and the backup each entry as it was.',
  'undo.remove-consumer': () => 'Makes the consumer again, by its name. When it was last seen is lost.',
  'undo.set-id': () => 'Sets the former id again, as long as the group has not read on meanwhile.',
  'undo.destroy-group': () =>
    'Makes the group again where it stood, with its consumers and what was pending, as far as it is still in the stream. Idle times start anew.',
  'undo.make-pending': () =>
    'Acks them again, as long as the consumer holds them just so. What it was given once more is left alone. The consumer stays.',
  'undo.copies': () => 'Deletes the copies that no group was given yet.',
  'undo.copies-stay': ({ why }: { readonly why: Message }, say: Say) =>
    `The copies can’t be deleted again: ${say(why)}`,
  /** `what`: what it gives back where it may. */
  'undo.by-another-user': ({ what, why }: { readonly what: Message; readonly why: Message }, say: Say) =>
    `Not as this user: ${say(why)} Another one’s undo: ${say(what)}`,
  'undo.no-xdel': () => 'XDEL is not to be had here.',
  'undo.rebuild': () => REBUILD,
  'undo.rebuild-making': ({ making }: { readonly making: Bytes }) =>
    `${REBUILD} Until it is whole it is called ${displayBytes(making)}.`,
  'undo.catch-up': () => 'Undo the restore itself: that takes the new key away.',
  'undo.swap': () =>
    'Gives the names back, as long as both are there. What is added to the stream until then stays in the new key.',
  /** `count`: how many, exactly or at least. */
  'undo.added-since': ({
    count,
    isExact,
    target,
  }: {
    readonly count: string
    readonly isExact: boolean
    readonly target: Bytes
  }) => `Entries that were added since, ${isExact ? '' : 'at least '}${count}, stay in ${displayBytes(target)}.`,
  /** `entries`: how many, exactly or at least. `groups`: of those where it is known; their names may be many. */
  'undo.groups-since': ({
    groups,
    entries,
    isExact,
  }: {
    readonly groups: readonly Bytes[]
    readonly entries: string
    readonly isExact: boolean
  }) =>
    `Groups stand again where they stood at the swap: what they were given or acked since, ${isExact ? '' : 'at least '}${entries} entries${ofGroups(groups)}, is delivered or pending once more.`,
  'undo.groups-untold': () =>
    'Groups stand again where they stood at the swap: what they were given or acked since is delivered or pending once more. How much that is the server does not tell.',
  'undo.groups-stay': ({ groups, target }: { readonly groups: readonly Bytes[]; readonly target: Bytes }) =>
    `Groups that were made since stay in ${displayBytes(target)}${ofGroups(groups)}.`,
  /** One after the other. */
  'undo.notes': ({ notes }: { readonly notes: readonly Message[] }, say: Say) => notes.map(say).join(' '),

  'undo.makes-consumer': ({ consumer }: { readonly consumer: Bytes }) =>
    `Makes the consumer ${displayBytes(consumer)} again`,
  'undo.sets-id': ({ id }: { readonly id: string }) => `Sets the id to ${id}`,
  'undo.consumer-is-there': ({ consumer }: { readonly consumer: Bytes }) =>
    `The consumer ${displayBytes(consumer)} is there again: there is nothing to make.`,
  'undo.fills-group': () => 'The group is there already, and stays where it stands: it gets back what was pending',
  'undo.makes-group': () => 'Makes the group again',
  'undo.removes-key': ({ name, entries }: { readonly name: Bytes; readonly entries: string }) =>
    `Removes ${displayBytes(name)}, with ${entries} entries`,
  'undo.gives-name-back': ({ aside, target }: { readonly aside: Bytes; readonly target: Bytes }) =>
    `Gives the name back to ${displayBytes(aside)}; the new one is ${displayBytes(target)} again`,

  'undo.by-newer': () => 'A newer Sluice wrote this record: undo it there.',
  'undo.still-running': () => 'It is still running. Cancel it first.',
  'undo.undone-already': () => 'It has been undone already.',
  'undo.choose-undoable': () => 'Choose a record that offers Undo.',
  'undo.no-group-change': () => 'It is no change of a group.',
  'undo.no-restore': () => 'It is no restore that can be undone.',
  'undo.other-server': ({ then, now }: { readonly then: Server; readonly now: Server }) =>
    `It was done on ${server(then)}; the connection leads to ${server(now)} now.`,
  'undo.lead-back': ({ then }: { readonly then: Server }) =>
    `Let the connection lead to ${server(then)} again, and undo it then.`,
  'undo.key-touched': ({ name, why }: { readonly name: Bytes; readonly why: Message }, say: Say) =>
    `${displayBytes(name)} is not as it was made. ${say(why)}`,
  'undo.added-to': () => 'It was added to just now.',
  'undo.group-read-on': ({ group }: { readonly group: Bytes }) =>
    `The group ${displayBytes(group)} has read on from it, or is new.`,
  'undo.only-here': ({ id }: { readonly id: string }) => `It alone holds the entry ${id} as it is.`,
  'undo.delete-by-hand': () => 'Look at it; if nobody needs it, delete it by hand.',
  'undo.not-there': ({ name }: { readonly name: Bytes }) => `There is no ${displayBytes(name)} any more.`,
  'undo.stream-gone': () => 'The stream is gone.',
  'undo.name-taken': ({ name }: { readonly name: Bytes }) => `${displayBytes(name)} exists by now.`,
  'undo.rename-by-hand': () => 'Rename them by hand.',
}
