import type { Bytes } from '../bytes'
import type { EntryId } from '../entry-id'
import { displayName } from '../format/display-name'

/** What stands for a `{name}` of a sentence: a name of Redis's or another value, an id, or a figure. */
export type SentencePart =
  | { readonly as: 'name'; readonly value: Bytes }
  | { readonly as: 'id'; readonly value: EntryId }
  | { readonly as: 'figure' | 'text'; readonly value: string }

export interface Sentence {
  readonly text: string
  readonly parts: Readonly<Record<string, SentencePart>>
}

export const name = (value: Bytes): SentencePart => ({ as: 'name', value })
export const id = (value: EntryId): SentencePart => ({ as: 'id', value })
export const text = (value: string): SentencePart => ({ as: 'text', value })
export const figure = (value: string): SentencePart => ({ as: 'figure', value })

/** As one line of plain text. */
export function sentenceText({ text, parts }: Sentence): string {
  // At once: a name may have braces of its own.
  return text.replace(/\{(\w+)\}/g, (whole, slot: string) => {
    const part = parts[slot]
    if (part === undefined) return whole
    return part.as === 'name' ? displayName(part.value) : part.value
  })
}
