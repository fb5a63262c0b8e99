import type { Message } from '../../../model/message'
import type { Say } from '../../message-words'

/** Of the journal's own files, and of a data directory's others. */
export const journalMessages = {
  'journal.not-read': () => 'The journal could not be read',
  'journal.not-written': () => 'The journal could not be written',
  'journal.not-written-unsent': () => 'The journal could not be written, so nothing was sent',
  'journal.outcome-not-written': () =>
    'The last batch was carried out, but its outcome could not be journaled, so the job stopped.',
  'journal.lapsed': () =>
    'Sluice stood still for so long that another one may have taken it for dead and undone what it did, so nothing more was sent.',
  'journal.file-not-read': ({ file }: { readonly file: string }) => `${file} could not be read.`,
  'journal.file-not-written': ({ file }: { readonly file: string }) => `${file} could not be written.`,
  /** The summary of an undo; `what`: that of the record which it undoes. */
  'journal.undo': ({ what }: { readonly what: Message }, say: Say) => `undo: ${say(what)}`,
}
