import type { Message } from '../../../model/message'
import { pluralForm } from '../../../format/format-count'

type Say = (part: Message) => string

/** Of entries that are read from a file: what is wrong with a line, and what to do about it. Never with what is in it. */
export const entryImportMessages = {
  'entry-import.as-new': ({ entries }: { readonly entries: number }) =>
    `import ${entries} ${pluralForm(entries, { one: 'entry', other: 'entries' })} as new ones`,
  'entry-import.with-ids': ({ entries }: { readonly entries: number }) =>
    `import ${entries} ${pluralForm(entries, { one: 'entry', other: 'entries' })} with their ids`,
  'entry-import.not-kept': () =>
    'What is to be imported could not be written to the data directory, so nothing was added',
  'entry-import.not-read': () => 'The file could not be read, so nothing was added',
  'entry-import.line': ({ line, why }: { readonly line: number; readonly why: Message }, say: Say) =>
    `Line ${line}: ${say(why)}`,
  'entry-import.empty': () => 'There is no entry in the file.',
  'entry-import.give-entries': () =>
    'Give what sluice export writes, or a line {"id":"1-0","fields":[["name","value"]]} for each entry.',
  'entry-import.not-utf8': () => 'it has bytes that are no UTF-8.',
  'entry-import.use-base64': () => 'Write values that are no UTF-8 as {"base64":"…"}, as sluice export does.',
  'entry-import.no-json': () => 'it is no JSON, or was cut short.',
  'entry-import.no-entry': () => 'it is no entry: it needs an id as "1-0", and fields.',
  'entry-import.bad-fields': () => 'its fields are no list of pairs and no object of texts, or there are none.',
  'entry-import.as-text': () => 'Write each name and value as a text, numbers too, or as {"base64":"…"}.',
  'entry-import.half-letter': () =>
    'a text in it has half a letter (\\ud800 to \\udfff alone), which no bytes stand for.',
  'entry-import.too-long': () => 'it is longer than 256 MiB.',
  'entry-import.leave-out': () => 'Leave the line out, or make it shorter.',
  'entry-import.order': ({ id, after }: { readonly id: string; readonly after: string }) =>
    `the id ${id} follows ${after}: ids have to go one way, and none may be there twice.`,
  'entry-import.sort': () => 'Sort the lines by their ids, and leave out what is there twice.',
  'entry-import.other-kind': () => 'this is no export of entries as raw values.',
  'entry-import.export-raw': () =>
    'Export the entries of the stream anew, as JSON Lines, and not as what they are decoded to.',
  'entry-import.wrong-end': () =>
    'the export’s last line is not here, or says another number of rows: the file is not whole.',
  'entry-import.export-anew': () => 'Export anew. To take what is there all the same, remove its first and last line.',
}
