import type { AppErrorInfo } from '../error-data'
import { appErrorText, appErrorWords } from './en/error-words'
import type { ErrorWords } from './message-words'
import { sentence } from './messages'

/** The words for an error of the contract; null for any other, and for one whose data is not what it should be. */
export function errorWords(info: AppErrorInfo): ErrorWords | null {
  return appErrorWords(info, sentence)
}

/** An error in one line, for logs, tests and a command line. Never empty. */
export function errorText(info: AppErrorInfo): string {
  return appErrorText(info, sentence)
}
