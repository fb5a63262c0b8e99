import { entryId, type EntryId } from '../../../shared/entry-id'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { linesIn } from '../journal/reading'
import { cliWords } from './cli-words'
import { MOST_CELLS } from './csv-rows'
import { wrongLine, type ImportFault, type ImportRead } from './import-read'

/** XADD, the stream, an option and the id, with names and values. */
const MOST_WORDS = 2 * MOST_CELLS + 4
/** What makes no entry, and takes none away: of a whole stream the script of an export has these as well. */
const BESIDE = new Set(['ECHO', 'XSETID', 'XGROUP', 'XCLAIM'])

/**
 * Of a script for redis-cli, one command a line: what its XADDs add, all to one stream, whatever that is called. An export without its last
 * line is not whole.
 */
export async function* cliScriptReads(
  chunks: AsyncIterable<Buffer>,
  mostLineBytes: number,
): AsyncGenerator<ImportRead, void> {
  let line = 0
  let rows = 0
  let key: Buffer | null = null
  let hasIds: boolean | null = null
  let [isExport, last] = [false, '']
  for await (const { bytes, whole } of linesIn(chunks, 0, mostLineBytes)) {
    line += 1
    if (!whole && bytes.length > mostLineBytes) {
      yield faultAt(line, message('entry-import.too-long', { bytes: mostLineBytes }), message('entry-import.leave-out'))
      return
    }
    const words = cliWords(bytes, MOST_WORDS)
    const name = (words?.[0]?.toString('latin1') ?? '').toUpperCase()
    if (words?.length === 0) continue
    if (line === 1) isExport = name === 'ECHO'
    last = name
    if (words === null) yield faultAt(line, message('entry-import.cli-quotes'), message('entry-import.cli-quote-right'))
    else if (name === 'XADD') {
      rows += 1
      const added = addedBy(words, line)
      if ('problem' in added) {
        yield { kind: 'fault', fault: added.problem }
        continue
      }
      if (key !== null && !added.key.equals(key)) {
        yield faultAt(line, message('entry-import.cli-other-stream'), message('entry-import.cli-one-stream'))
        return
      }
      key = added.key
      if (hasIds === null && added.id === null) yield { kind: 'no-ids' }
      hasIds ??= added.id !== null
      if (hasIds === (added.id !== null)) {
        yield { kind: 'entry', line, entry: { id: added.id ?? `0-${rows}`, fields: added.fields } }
      } else {
        const why = message(hasIds ? 'entry-import.id-missing' : 'entry-import.id-too-many')
        yield faultAt(line, why, message('entry-import.all-or-none'))
      }
    } else if (!BESIDE.has(name)) {
      yield faultAt(line, message('entry-import.cli-other-command'), message('entry-import.cli-run-it'))
    }
  }
  if (isExport && last !== 'ECHO') {
    yield faultAt(line + 1, message('entry-import.wrong-end'), message('entry-import.export-anew'))
  }
}

interface Added {
  readonly key: Buffer
  /** Null: the server was to give it. */
  readonly id: EntryId | null
  readonly fields: readonly Buffer[]
}

/** `XADD key [NOMKSTREAM] id name value …`: what else it may be told trims the stream, or is of copies that were sent twice. */
function addedBy(words: readonly Buffer[], line: number): Added | { readonly problem: ImportFault } {
  const problem = (why: Message, remedy: Message) => ({ problem: wrongLine(line, why, remedy) })
  const [, key, ...rest] = words
  if (rest[0]?.toString('latin1').toUpperCase() === 'NOMKSTREAM') rest.shift()
  const [told, ...fields] = rest
  const text = told?.toString('latin1') ?? ''
  const id = entryId.safeParse(text)
  if (key === undefined || (text !== '*' && !id.success)) {
    return problem(message('entry-import.cli-no-id'), message('entry-import.cli-ids'))
  }
  if (fields.length > 2 * MOST_CELLS)
    return problem(message('entry-import.too-many'), message('entry-import.leave-out'))
  if (fields.length === 0 || fields.length % 2 !== 0) {
    return problem(message('entry-import.cli-odd'), message('entry-import.cli-quote-right'))
  }
  return { key, id: id.success ? id.data : null, fields }
}

function faultAt(line: number, why: Message, remedy: Message): ImportRead {
  return { kind: 'fault', fault: wrongLine(line, why, remedy) }
}
