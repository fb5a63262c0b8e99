import { displayBytes, type Bytes } from '../../../bytes'
import { pluralForm } from '../../../format/format-count'

/** Of copies of a stream's entries to another stream. */
export const copyMessages = {
  'copy.summary': (about: {
    readonly entries: number
    readonly stream: Bytes
    /** The name of the other connection; null: it is the same one. */
    readonly where: string | null
    readonly ids: 'new' | 'keep'
  }) => {
    const { entries, stream, where, ids } = about
    const what = `${entries} ${pluralForm(entries, { one: 'entry', other: 'entries' })}`
    const from = `${displayBytes(stream)}${where === null ? '' : ` on ${where}`}`
    return `copy ${what} of ${from} ${ids === 'keep' ? 'by their ids' : 'as new ones'}`
  },
  'copy.ids-not-above': ({ first, last }: { readonly first: string; readonly last: string }) =>
    `Their ids can’t be kept: they begin with ${first}, and the target has given out ids up to ${last}. Redis gives out ids upwards only. Copy as new entries, to another stream, or from a later id on.`,
  'copy.no-times': ({ id }: { readonly id: string }) =>
    `Their ids tell no pace: ${id}, for one, holds no time. Copy as fast as the servers bear it, and set a limit if need be.`,
  'copy.no-copy': () => 'It is no copy of a stream.',
  'copy.choose-stopped': () => 'Choose the record of a copy that stopped before its end.',
  'copy.still-runs': () => 'It runs still.',
  'copy.wait-or-cancel': () => 'Wait for its end, or cancel it.',
  'copy.is-done': () => 'It came to its end: nothing is left of it.',
  'copy.is-undone': () => 'It was taken back.',
  'copy.copy-anew': () => 'Copy anew.',
  'copy.gone-on': () => 'Another copy went on with it already.',
  'copy.choose-last': () => 'Go on with that one, if it stopped.',
  'copy.other-target': () => 'It was a copy to another stream.',
  'copy.source-unproven': () =>
    'What was copied last is gone from the source: nothing tells whether it is still the stream that it was.',
  'copy.source-anew': ({ id }: { readonly id: string }) =>
    `The source is another stream by now: its entry ${id} holds something else than what was copied.`,
}
