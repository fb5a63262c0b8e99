import { ORPCError } from '@orpc/client'
import { isAppError } from '../../shared/error'
import { cliWords } from '../../shared/words/en/cli-words'
import { errorText, errorWords } from '../../shared/words/errors'
import { UsageError } from '../host/usage-error'
import { FileTrouble, Refused } from './exit-code'

function infoOf(error: unknown): { readonly code: string; readonly data: unknown } | null {
  if (error instanceof ORPCError) return { code: error.code as string, data: error.data as unknown }
  return isAppError(error) ? { code: error.code, data: error.data } : null
}

/** What went wrong, for whoever called. */
export function wordsOf(error: unknown): string {
  if ([UsageError, Refused, FileTrouble].some((own) => error instanceof own)) return (error as Error).message
  const info = infoOf(error)
  const words = info && errorWords(info)
  if (words && info.code === 'STALE_PLAN') return cliWords.error(words.title, whyAnd(errorText(info), words.next))
  if (words) return cliWords.error(words.title, words.next)
  return cliWords.fault(info ? errorText(info) : error instanceof Error ? error.message : String(error))
}

/** A window shows the figures of now beside it; here what changed has to be said. */
function whyAnd(why: string, next: string): string {
  return next.includes(why) ? next : `${why} ${next}`
}

/** The server's own words, where it has some. */
export function replyOf(error: unknown): string | null {
  const info = infoOf(error)
  return (info && errorWords(info)?.reply) ?? null
}
