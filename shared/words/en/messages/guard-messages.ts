import type { Message } from '../../../model/message'
import type { Say } from '../../message-words'

const SEEN =
  'Redis itself leaves alone what moved: each claim asks for the idle time that was seen. Only of what is idle for less than a command takes to get there it can’t tell.'
const AS_IDLE = 'Nor can it of what another claim, just between reading and claiming, moves as idle as it is.'
const NO_SCRIPTS = 'Scripts are not allowed here'
const COPIES =
  'first the copies are written, then what is still as it was is acked. What moves just in between is acked too.'
const REDRIVES = 'each entry is copied first, and deleted once its copy is confirmed. In between it is in both streams.'
const LOOKS =
  'the groups are looked at again before each step. What one of them comes to need just in between, by a claim, by its id being set back, or by being made, may go.'

/** What becomes of an entry that moves between being read and being changed. */
export const guardMessages = {
  'guard.claim': () => `${NO_SCRIPTS}. ${SEEN} ${AS_IDLE}`,
  'guard.claim-by-script': () =>
    'A script looks at owner and delivery count and claims what is idle for as long as was seen, with nobody in between.',
  'guard.auto-claim': () =>
    `Redis itself leaves alone what moved: each step asks for the idle time that was seen. ${AS_IDLE} On its way it drops from the pending list what is gone from the stream, however short its idle time (Redis 7+).`,
  'guard.ack-by-script': () => 'A script looks at owner and delivery count and acks, with nobody in between.',
  'guard.ack': () => `${NO_SCRIPTS}: what moves just between reading and acking is acked too.`,
  /** `ack`: how well the ack is kept from it. */
  'guard.handle': ({ claim, ack }: { readonly claim: Message; readonly ack: Message }, say: Say) =>
    `${say(claim)} A hash is written by a script, and only while it holds what was saved of it. ${say(ack)}`,
  'guard.handle-by-commands': ({ claim, ack }: { readonly claim: Message; readonly ack: Message }, say: Say) =>
    `${say(claim)} ${say(ack)} What others write to a hash just between its being saved and written is overwritten, and no undo gives it back.`,
  'guard.xackdel-by-script': () =>
    'A script looks at owner and delivery count and sends XACKDEL, with nobody in between.',
  'guard.xack-xdel-by-script': () =>
    'A script looks at owner and delivery count and sends XACK and XDEL, with nobody in between.',
  'guard.xackdel': () =>
    `${NO_SCRIPTS}: XACKDEL also takes what another consumer claims just between reading and deleting.`,
  'guard.xack-xdel': () =>
    `${NO_SCRIPTS}: XACK and XDEL, in one transaction, also take what moves or is acked just between reading and deleting.`,
  'guard.release': () =>
    'XNACK knows no owner: what another consumer claims just between reading and releasing is released too.',
  'guard.copy-by-script': () =>
    'A script looks at owner and delivery count, copies, and then acks, with nobody in between. What has more than some 3 500 fields is too much for a script: it is copied first, then acked if it is still as it was. What of that moves just in between is acked too.',
  'guard.copy-across-slots': () => `The two streams lie in different slots of the cluster: ${COPIES}`,
  'guard.copy': () => `${NO_SCRIPTS}: ${COPIES}`,
  'guard.redrive-by-script': () =>
    'A script copies and deletes, with nobody in between. What has more than some 3 500 fields is too much for a script: copied first, then deleted.',
  'guard.trim-by-script': () =>
    'Before each step a script looks again at what every group needs, and removes, with nobody in between.',
  'guard.trim-by-acked': () =>
    'Before each step the groups are looked at again, and the server itself keeps each entry that a group holds or has not read (XDELEX ACKED).',
  'guard.trim': () => `${NO_SCRIPTS}: ${LOOKS}`,
  'guard.trim-many-groups': () => `There are too many groups for one script: ${LOOKS}`,
  'guard.redrive-across-slots': () => `Not all of these streams lie in the same slot of the cluster: ${REDRIVES}`,
  'guard.redrive': () => `${NO_SCRIPTS}: ${REDRIVES}`,
}
