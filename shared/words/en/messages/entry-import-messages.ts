import type { Message } from '../../../model/message'
import { pluralForm } from '../../../format/format-count'
import { formatSize } from '../../../format/format-size'

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
  'entry-import.cell': (
    { line, column, why }: { readonly line: number; readonly column: number; readonly why: Message },
    say: Say,
  ) => `Line ${line}, column ${column}: ${say(why)}`,
  'entry-import.entry': ({ nth, why }: { readonly nth: number; readonly why: Message }, say: Say) =>
    `Entry ${nth}: ${say(why)}`,
  'entry-import.cli-quotes': () => 'a quote in it is not closed, or something follows the closing one.',
  'entry-import.cli-quote-right': () =>
    'Write it as redis-cli reads it: XADD orders 1-0 name "a value", with \\" and \\xff for what is no plain text.',
  'entry-import.cli-other-stream': () => 'it is for another stream than the lines before it.',
  'entry-import.cli-one-stream': () => 'Give each stream a file of its own.',
  'entry-import.cli-other-command': () => 'it is no XADD.',
  'entry-import.cli-run-it': () =>
    'An import takes entries alone, and leaves out XGROUP, XCLAIM, XSETID and ECHO. Run the script with redis-cli, or leave the line out.',
  'entry-import.cli-no-id': () => 'no entry id, and no *, follows the name of the stream.',
  'entry-import.cli-ids': () => 'Write XADD orders 1-0 name value, or * for a new id. Options that trim are not taken.',
  'entry-import.cli-odd': () => 'a field has no value, or there is none.',
  'entry-import.cli-no-reply': () => 'this is no reply to XRANGE as redis-cli prints it.',
  'entry-import.cli-range': () => 'Give all that redis-cli --no-raw XRANGE orders - + prints.',
  'entry-import.cli-cut': () => 'the list ends before it is closed: the file was cut short.',
  'entry-import.cli-raw': () => 'redis-cli printed this to a pipe, where nothing tells where a value ends.',
  'entry-import.cli-csv': () => 'redis-cli --csv printed this, where nothing tells where an entry ends.',
  'entry-import.cli-no-raw': () => 'Run it again with --no-raw.',
  'entry-import.cli-any-bytes': () => 'Run redis-cli with --no-raw instead of --json: it keeps all bytes.',
  'entry-import.empty': () => 'There is no entry in the file.',
  'entry-import.give-entries': () =>
    'Give what sluice export writes, a line {"id":"1-0","fields":[["name","value"]]} for each entry, CSV with a first row of field names, or what redis-cli reads or prints.',
  'entry-import.not-utf8': () => 'it has bytes that are no UTF-8.',
  'entry-import.use-base64': () => 'Write values that are no UTF-8 as {"base64":"…"}, as sluice export does.',
  'entry-import.no-json': () => 'it is no JSON, or was cut short.',
  'entry-import.no-entry': () => 'it is no entry: it needs fields, and its id, if it has one, is as "1-0".',
  'entry-import.id-missing': () => 'it has no id, and entries before it have one.',
  'entry-import.id-too-many': () => 'it has an id, and entries before it have none.',
  'entry-import.all-or-none': () => 'Give each entry an id, or none: then they are added as new entries.',
  'entry-import.bad-fields': () => 'its fields are no list of pairs and no object of texts, or there are none.',
  'entry-import.as-text': () => 'Write each name and value as a text, numbers too, or as {"base64":"…"}.',
  'entry-import.half-letter': () =>
    'a text in it has half a letter (\\ud800 to \\udfff alone), which no bytes stand for.',
  'entry-import.too-long': ({ bytes }: { readonly bytes: number }) => `it is longer than ${formatSize(bytes)}.`,
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
  'entry-import.utf-16': () => 'the file is in UTF-16.',
  'entry-import.save-utf-8': () => 'Save it as UTF-8.',
  'entry-import.zip': () => 'the file is no text: it is a workbook or another ZIP archive.',
  'entry-import.save-csv': () => 'Save it as CSV in UTF-8, or unpack it.',
  'entry-import.packed': () => 'the file is compressed.',
  'entry-import.unpack': () => 'Unpack it first.',
  'entry-import.cells': ({ cells, columns }: { readonly cells: number; readonly columns: number }) =>
    `it has ${cells} ${pluralForm(cells, { one: 'cell', other: 'cells' })}, and the first row ${columns}.`,
  'entry-import.quote-cells': () =>
    'Give each row as many cells as the first one, and put what holds a comma or a line break into double quotes.',
  'entry-import.no-name': () => 'it has no name, which would be that of a field.',
  'entry-import.name-columns': () => 'Give each column a name in the first row, or leave the column out.',
  'entry-import.no-id': () => 'it is no entry id.',
  'entry-import.give-ids': () => 'Write ids as 1620973121009-0.',
  'entry-import.no-cell': () => 'all of its cells are empty: there would be no field.',
  'entry-import.no-base64': () => 'what follows {"base64": is no base64.',
  'entry-import.bad-others': () => 'it is no list of names and values as sluice export writes it.',
  'entry-import.others-name': () => 'the fields that it names are not those that have a column.',
  'entry-import.as-exported': () => 'Put it back as it was exported, or leave the line out.',
  'entry-import.cut': () => 'no line break ends it: the file was cut short.',
  'entry-import.end-line': () => 'Export anew. If the line is whole, add a line break.',
  'entry-import.open-quote': () => 'the double quote that is opened in it is never closed.',
  'entry-import.close-quote': () => 'Look for a double quote that is not closed, and write one that is meant as "".',
  'entry-import.after-quote': () => 'something follows the closing double quote.',
  'entry-import.quote-inside': () => 'there is a double quote in a cell that does not begin with one.',
  'entry-import.double-quotes': () => 'Put the whole cell into double quotes, and write each one in it as "".',
  'entry-import.lone-cr': () => 'a carriage return is in it, and no line feed follows.',
  'entry-import.end-lines': () => 'End lines with LF or CRLF, and put cells with line breaks into double quotes.',
  'entry-import.too-many': () => 'it has more than 100 000 cells or fields.',
  'entry-import.without-ids': () => 'the entries have no ids as 1-0, so that there are none to keep.',
  'entry-import.id-column': () => 'Give each one (of CSV in a column id), or import as new entries.',
}
