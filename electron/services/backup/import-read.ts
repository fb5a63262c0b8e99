import { AppError } from '../../../shared/error'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import type { RawEntry } from '../../redis/xrange'
import type { CsvRow } from './csv-rows'

/** What is read of a file of entries. */
export type ImportRead =
  | { readonly kind: 'entry'; readonly line: number; readonly entry: RawEntry }
  /** The entries have no ids of their own: those that they come with only number them. Before the first one. */
  | { readonly kind: 'no-ids' }
  /** More may follow. */
  | { readonly kind: 'fault'; readonly fault: ImportFault }

/** Makes an entry of a row, or says what is wrong with it. */
export type RowReader = (row: CsvRow) => Extract<ImportRead, { kind: 'entry' | 'fault' }>

/** BAD_INPUT, with where it is and what to do. Never with what stands there. */
export type ImportFault = AppError<'BAD_INPUT'>

/** `line`: its number, from 1. */
export function wrongLine(line: number, why: Message, remedy: Message): ImportFault {
  return new AppError('BAD_INPUT', { field: 'file', problem: message('entry-import.line', { line, why }), remedy })
}

/** Where lines tell nothing: which entry it is, from 1. */
export function wrongEntry(nth: number, why: Message, remedy: Message): ImportFault {
  return new AppError('BAD_INPUT', { field: 'file', problem: message('entry-import.entry', { nth, why }), remedy })
}

/** `column`: its number, from 1. */
export function wrongCell(line: number, column: number, why: Message, remedy: Message): ImportFault {
  const problem = message('entry-import.cell', { line, column, why })
  return new AppError('BAD_INPUT', { field: 'file', problem, remedy })
}
