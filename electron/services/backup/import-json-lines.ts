import { isAppError } from '../../../shared/error'
import { message } from '../../../shared/words/messages'
import { linesIn } from '../journal/reading'
import { readImportLine, type ImportLine } from './import-line'
import { wrongLine, type ImportFault, type ImportRead } from './import-read'

/**
 * Of JSON Lines, one line at a time. An export without its last line, or with lines behind it, is not whole. All entries have an id
 * of their own, or none has.
 */
export async function* jsonLinesReads(
  chunks: AsyncIterable<Buffer>,
  mostLineBytes: number,
): AsyncGenerator<ImportRead, void> {
  const notWhole = (line: number) =>
    wrongLine(line, message('entry-import.wrong-end'), message('entry-import.export-anew'))
  let isExport = false
  let hasEnded = false
  let line = 0
  let rows = 0
  let hasIds: boolean | null = null
  for await (const { bytes, whole } of linesIn(chunks, 0, mostLineBytes)) {
    line += 1
    if (!whole && bytes.length > mostLineBytes) {
      const why = message('entry-import.too-long', { bytes: mostLineBytes })
      yield { kind: 'fault', fault: wrongLine(line, why, message('entry-import.leave-out')) }
      return
    }
    const read = lineOrFault(bytes, line)
    const isFault = isAppError(read)
    if (!isFault && read.kind === 'blank') continue
    if (hasEnded) {
      yield { kind: 'fault', fault: notWhole(line) }
      return
    }
    if (isFault) {
      rows += 1
      yield { kind: 'fault', fault: read }
    } else if (read.kind === 'head') isExport = true
    else if (read.kind === 'other') {
      const fault = wrongLine(line, message('entry-import.other-kind'), message('entry-import.export-raw'))
      yield { kind: 'fault', fault }
      return
    } else if (read.kind === 'end') {
      if (read.rows !== rows) {
        yield { kind: 'fault', fault: notWhole(line) }
        return
      }
      hasEnded = true
    } else {
      rows += 1
      const { id, fields } = read
      if (hasIds === null && id === null) yield { kind: 'no-ids' }
      hasIds ??= id !== null
      if (hasIds === (id !== null)) yield { kind: 'entry', line, entry: { id: id ?? `0-${rows}`, fields } }
      else {
        const why = message(hasIds ? 'entry-import.id-missing' : 'entry-import.id-too-many')
        yield { kind: 'fault', fault: wrongLine(line, why, message('entry-import.all-or-none')) }
      }
    }
  }
  if (isExport && !hasEnded) yield { kind: 'fault', fault: notWhole(line + 1) }
}

function lineOrFault(bytes: Buffer, line: number): ImportLine | ImportFault {
  try {
    return readImportLine(bytes, line)
  } catch (error) {
    if (isAppError(error, 'BAD_INPUT')) return error
    throw error
  }
}
