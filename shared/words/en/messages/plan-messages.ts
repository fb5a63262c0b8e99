import type { Count } from '../../../count'
import { formatCount } from '../../../format/format-count'
import type { Message } from '../../../model/message'
import type { Say } from '../../message-words'

/** Why a plan is no longer true. */
export const planMessages = {
  'plan.too-old': () => 'This plan is too old, gave way to newer ones, or has been run already. Make it again.',
  'plan.other-connection': () => 'This plan was made for another connection. Make it again.',
  'plan.other-server': () =>
    'The connection was lost since, and nothing proves that it leads to the same server again. Make it again.',
  'plan.server-changed': ({ why }: { readonly why: Message }, say: Say) =>
    `The connection may lead to another server by now. ${say(why)}`,
  'plan.other-stream': () => 'This plan was made for another stream. Make it again.',
  'plan.other-group': () => 'This plan was made for another group. Make it again.',
  'plan.stream-anew': () => 'The stream is another one by now: it was deleted and made anew.',
  'plan.stream-gone': () => 'The stream is gone by now. Look at it anew.',
  'plan.stream-there': () => 'The stream exists by now. Look at it anew.',
  'plan.stream-there-again': () => 'The stream is there again by now. Look at it anew.',
  'plan.backup-written': () => 'The backup was written to since this was worked out. Look at it anew.',
  'plan.more-pending': () => 'More is pending by now than can be copied.',
  'plan.group-since': () => 'A group was made, or set back, since this was worked out. Look at what it would lose now.',
  'plan.not-kept': () => 'this is nothing that a plan was given with',
  'plan.make-again': () => 'Make the plan again, and hand on what it comes with.',
  'plan.stream-untold': () =>
    'The server does not tell by what a stream is known again, so nothing proves that it is the one of the plan.',
  'plan.holders-not-kept': ({ most }: { readonly most: Count }) =>
    `Of more than ${formatCount(most)} entries the plan does not keep who held each: what was given to somebody else since, with its idle time kept, is done as well.`,
}
