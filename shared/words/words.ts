import { en } from './en'

/** Every key that a language has words for: one that lacks a key, or takes other parameters, does not compile. */
export type Words = typeof en

/** What a person reads, in the language that is spoken here. Another one is another folder beside `en`, and a choice at this place. */
export const words: Words = en
