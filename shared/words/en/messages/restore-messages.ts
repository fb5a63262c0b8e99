import { displayBytes, type Bytes } from '../../../bytes'
import { pluralForm } from '../../../format/format-count'

interface Named {
  readonly name: Bytes
}
interface File {
  readonly file: string
}

function entries(count: number): string {
  return `${count} ${pluralForm(count, { one: 'entry', other: 'entries' })}`
}

/** Of what is put back from a backup. */
export const restoreMessages = {
  'restore.all-as-new': ({ file }: File) => `restore all of ${file} as new entries`,
  'restore.some-as-new': (about: File & { readonly entries: number }) =>
    `restore ${about.entries} of ${about.file} as new entries`,
  'restore.into': ({ file, target }: File & { readonly target: Bytes }) =>
    `restore ${file} into ${displayBytes(target)}`,
  'restore.catch-up': ({ target }: { readonly target: Bytes }) => `catch up ${displayBytes(target)} with the stream`,
  'restore.swap': ({ target, aside }: { readonly target: Bytes; readonly aside: Bytes }) =>
    `swap with ${displayBytes(target)}, kept as ${displayBytes(aside)}`,

  'restore.id-zero': () => 'The backup holds an entry with the id 0-0, which Redis does not take.',
  'restore.too-much-pending': () => 'More than 500 000 entries are pending in its groups: too many to be copied.',
  'restore.nothing': () => 'There is nothing to restore: the backup holds no entry that can be read.',
  'restore.own-name': () => 'The new key needs a name of its own: the stream is not touched.',
  'restore.has-name': () => 'It was made under the stream’s own name: there is nothing to swap.',
  'restore.other-slot': ({ name }: Named) =>
    `${displayBytes(name)} lies in another slot of the cluster. Choose a name with the same part in braces.`,
  'restore.taken': ({ name, type }: Named & { readonly type: string }) =>
    `${displayBytes(name)} exists already (${type}). Choose another name.`,
  'restore.choose-other': () => 'Choose another name, or another backup.',
  'restore.no-first-line': () => 'The backup’s first line can’t be read.',
  'restore.as-new-named': () => 'Restore its entries as new ones: then you name the stream.',
  'restore.no-stream': ({ name }: Named) => `${displayBytes(name)} is no stream any more.`,
  'restore.as-new-elsewhere': () => 'Restore its entries into a stream of another name, as new entries.',
  'restore.out-of-order': ({ id, after }: { readonly id: string; readonly after: string }) =>
    `The backup’s entries are not in the order of their ids: ${id} follows ${after}.`,
  'restore.as-new': () => 'Restore them as new entries.',
  'restore.entry-gone': () => 'It was not made pending in the new key: its entry is gone.',
  'restore.taken-meanwhile': ({ name, making }: Named & { readonly making: Bytes }) =>
    `${displayBytes(name)} exists by now, and was left alone. What was made is whole, and is called ${displayBytes(making)}.`,
  'restore.undo-or-rename': () => 'Undo takes it away again; or rename it by hand.',

  'restore.not-rebuilt': () => 'It is no restore into a new key.',
  'restore.not-whole': () => 'The new key was not made to its end.',
  'restore.choose-done': () => 'Choose a record of a restore into a new key that is done.',
  'restore.pending-to-copy': () => 'Too much is pending in its groups to be copied.',
  'restore.ack-first': () => 'Have some of it acked first.',
  'restore.lacks': (about: { readonly entries: number }) =>
    `The new key lacks ${entries(about.entries)} that the stream holds before its end. Restore once more, with what the stream holds now.`,
  /** `name` is not in older records. */
  'restore.added-since': ({ name }: Partial<Named>) =>
    `Entries were added ${name === undefined ? '' : `to ${displayBytes(name)} `}since this was looked at. Nothing was renamed.`,
  'restore.keeps-moving': () =>
    'The stream moves on faster than it can be caught up with. Nothing was renamed: stop its consumers for a moment.',
  'restore.aside-taken': ({ name }: Named) => `${displayBytes(name)} exists by now. Nothing was renamed.`,
  'restore.gone': ({ name }: Named) => `${displayBytes(name)} is gone. Nothing was renamed.`,
  'restore.look-again': () => 'Look at it once more.',
}
