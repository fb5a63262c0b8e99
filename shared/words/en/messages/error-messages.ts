import type { AppErrorInfo } from '../../../error-data'
import { appErrorText } from '../error-words'
import type { Say } from '../../message-words'

/** An error as a reason inside a sentence. */
export const errorMessages = {
  'error.told': ({ error }: { readonly error: AppErrorInfo }, say: Say) => appErrorText(error, say),
  /** Of one that is none of ours: its text might hold anything. */
  'error.failed': () => 'it failed',
}
