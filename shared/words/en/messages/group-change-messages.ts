import { displayBytes, type Bytes } from '../../../bytes'
import { formatNoun } from '../../../format/format-count'

interface Unheld {
  readonly pending: number
  readonly unread: number
  readonly gone: number
}

/** Of changes of a group itself. */
export const groupChangeMessages = {
  'group-change.remove-consumer': ({ consumer }: { readonly consumer: Bytes }) =>
    `remove consumer ${displayBytes(consumer)}`,
  'group-change.set-id': ({ to }: { readonly to: string }) => `set id to ${to}`,
  'group-change.destroy': () => 'destroy group',
  'group-change.make-pending': ({ entries, consumer }: { readonly entries: number; readonly consumer: Bytes }) =>
    `make ${formatNoun(entries, 'entry', 'entries')} pending with ${displayBytes(consumer)}`,
  'group-change.more-held': ({ acks }: { readonly acks: number }) =>
    `The group was given more meanwhile than the ${formatNoun(acks, 'entry', 'entries')} that this would ack at the most. Look at what it holds now.`,
  /** Of what was asked for. */
  'group-change.none-unheld': ({ pending, unread, gone }: Unheld) => {
    const why = [
      pending > 0 ? `${formatNoun(pending, 'is', 'are')} pending` : '',
      unread > 0 ? `${formatNoun(unread, 'was', 'were')} not delivered to this group yet` : '',
      gone > 0 ? `${formatNoun(gone, 'is', 'are')} not in the stream` : '',
    ]
    return `None of them can be made pending: ${why.filter((each) => each !== '').join(', ')}.`
  },
  'group-change.holds': ({ consumer, pending }: { readonly consumer: Bytes; readonly pending: number }) =>
    `${displayBytes(consumer)} holds ${formatNoun(pending, 'pending entry', 'pending entries')}, which Redis would drop with it. Reassign or ack them first.`,
  'group-change.delivered-meanwhile': ({ pending }: { readonly pending: number }) =>
    `It has been delivered entries meanwhile: ${formatNoun(pending, 'is', 'are')} pending. Nothing was removed.`,
  'group-change.not-made-here': ({ consumer }: { readonly consumer: Bytes }) =>
    `${displayBytes(consumer)} is gone already, was used since, or was not made from here by all that the journal tells: it stays. Remove it in the group’s menu if nobody needs it.`,
  'group-change.reassign': () => 'Reassign or ack them first.',
  'group-change.read-too-fast': () => 'The group is being read faster than it can be emptied, so it was not destroyed.',
  'group-change.stop-consumers': () => 'Stop its consumers, then try again.',
  'group-change.read-past': ({ stands, to }: { readonly stands: string; readonly to: string }) =>
    `The group has read on to ${stands} meanwhile: setting it to ${to} would deliver entries again that it has read. It stays where it stands.`,
  'group-change.read-since': ({ stands, to }: { readonly stands: string; readonly to: string }) =>
    `The group has read on to ${stands} since the preview: setting it to ${to} would deliver more entries again than was shown. It stays where it stands.`,
  'group-change.stop-or-include': () =>
    'Stop its consumers, or choose that what it reads until then is delivered once more, too.',
  'group-change.plan-again': () => 'Look at the preview once more.',
  'group-change.read-on': () =>
    'The group has read on since, or was set elsewhere: its former id would skip or repeat entries.',
  'group-change.set-by-hand': () => 'Set the id by hand where you want it.',
}
