import { expect } from 'vitest'
import type { AppErrorInfo } from '../../shared/error-data'
import type { Message } from '../../shared/model/message'
import { errorText } from '../../shared/words/errors'
import { sentence } from '../../shared/words/messages'

type Pattern = string | RegExp

function matches(text: string, pattern: Pattern): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)
}

/** Stands for a message whose words have this in them. */
export function saying(pattern: Pattern): Message {
  return expect.toSatisfy((message: Message) => matches(sentence(message), pattern)) as Message
}

/** Stands for an error, as data or as it was thrown, whose words have this in them. */
export function telling(pattern: Pattern): AppErrorInfo {
  return expect.toSatisfy((error: AppErrorInfo) => matches(errorText(error), pattern)) as AppErrorInfo
}
