import type { Message } from '../model/message'
import { additionMessages } from './en/messages/addition-messages'
import { backupMessages } from './en/messages/backup-messages'
import { connectionMessages } from './en/messages/connection-messages'
import { deletionMessages } from './en/messages/deletion-messages'
import { errorMessages } from './en/messages/error-messages'
import { groupChangeMessages } from './en/messages/group-change-messages'
import { guardMessages } from './en/messages/guard-messages'
import { inputMessages } from './en/messages/input-messages'
import { journalMessages } from './en/messages/journal-messages'
import { planMessages } from './en/messages/plan-messages'
import { recoveryMessages } from './en/messages/recovery-messages'
import { redriveMessages } from './en/messages/redrive-messages'
import { restoreMessages } from './en/messages/restore-messages'
import { scriptMessages } from './en/messages/script-messages'
import { trimMessages } from './en/messages/trim-messages'
import { undoMessages } from './en/messages/undo-messages'
import { urlMessages } from './en/messages/url-messages'
import type { MessageWords } from './message-words'
import { strictParams } from './strict-params'

/** Every sentence that a host may say. */
export const MESSAGES = {
  /** Words that are not ours: the server's own, a command's name, a sentence of journal format 1. */
  verbatim: ({ text }: { readonly text: string }) => text,
  ...additionMessages,
  ...backupMessages,
  ...connectionMessages,
  ...deletionMessages,
  ...errorMessages,
  ...groupChangeMessages,
  ...guardMessages,
  ...inputMessages,
  ...journalMessages,
  ...planMessages,
  ...recoveryMessages,
  ...redriveMessages,
  ...restoreMessages,
  ...scriptMessages,
  ...trimMessages,
  ...undoMessages,
  ...urlMessages,
} satisfies MessageWords
type Messages = typeof MESSAGES

export type MessageCode = keyof Messages
/** What a sentence is about: none, or one record. */
type About<C extends MessageCode> = Parameters<Messages[C]> extends [] ? [] : [params: Parameters<Messages[C]>[0]]

/** Which sentence, and what it is about. A code without words, or with other parameters, does not compile. */
export function message<C extends MessageCode>(code: C, ...[params]: About<C>): Message {
  return { code, params: { ...params } }
}

export function verbatim(text: string): Message {
  return message('verbatim', { text })
}

function isMessageCode(code: string): code is MessageCode {
  return Object.hasOwn(MESSAGES, code)
}

/** A message in words. Never throws: one that is not known here, or lacks what it is about, is shown by its code. */
export function sentence({ code, params }: Message): string {
  if (!isMessageCode(code)) return code
  try {
    // Checked as they are read.
    return MESSAGES[code](strictParams(params) as never, sayWithin)
  } catch {
    return code
  }
}

function sayWithin(part: Message): string {
  if (typeof part.code !== 'string') throw new TypeError('it is no message')
  return sentence(part)
}
