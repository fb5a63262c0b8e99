import type { Message } from '../model/message'

/** The words of a message that is part of another one. */
export type Say = (message: Message) => string

/** Sentences by code, each with what it is about. */
export type MessageWords = Readonly<Record<string, (params: never, say: Say) => string>>

/** An error in plain words: what is the matter, and what to do about it. `reply` is the server's own text, where it has one. */
export interface ErrorWords {
  readonly title: string
  readonly next: string
  readonly reply?: string | undefined
}
