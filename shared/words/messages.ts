import type { Message } from '../model/message'
import { hostMessages } from './en/host-messages'
import { strictParams } from './strict-params'

/** Every sentence that a host may say, in the language that is spoken here. One that lacks a code does not compile. */
export const MESSAGES: Messages = hostMessages
type Messages = typeof hostMessages

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
    // Checked as they are read; of what is no record at all, nothing is read.
    const said: unknown = MESSAGES[code](strictParams(params) as never, sayWithin)
    return typeof said === 'string' ? said : code
  } catch {
    return code
  }
}

function sayWithin(part: Message): string {
  if (typeof part.code !== 'string') throw new TypeError('it is no message')
  return sentence(part)
}
