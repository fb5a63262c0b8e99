import { ORPCError } from '@orpc/server'
import type { AppErrorData } from '../../shared/error-data'
import { ERROR_STATUS } from '../../shared/error-status'
import type { CallContext } from '../api/base'

/** One page: who it is, and what it has open: calls that are not answered yet, and what it follows. */
export interface OpenCalls extends CallContext {
  count: number
  /** The page is gone. What it sent before may still be on its way through the library. */
  isOver: boolean
}

/** A page has some dozens open at its worst, with all of its views kept. */
export const MOST_OPEN_CALLS = 256

interface Handling<T> {
  readonly context: OpenCalls
  readonly request: { readonly signal?: AbortSignal | undefined }
  next(): Promise<T>
}
interface Handled {
  readonly response?: { readonly body: unknown } | undefined
}

/** Begins nothing for a page that is gone, and refuses with BUSY what is more than a page may have open. A subscription is open until it ends, or the page lets go. */
export async function withinCap<T extends Handled>({ context, request, next }: Handling<T>): Promise<T> {
  if (context.isOver) throw new ORPCError('CLIENT_CLOSED_REQUEST')
  if (context.count >= MOST_OPEN_CALLS) {
    const data: AppErrorData<'BUSY'> = { most: MOST_OPEN_CALLS }
    throw new ORPCError('BUSY', { status: ERROR_STATUS.BUSY, defined: true, data })
  }
  context.count += 1
  let isOpen = true
  const close = (): void => {
    if (isOpen) context.count -= 1
    isOpen = false
  }
  try {
    const handled = await next()
    const events = handled.response?.body
    const { signal } = request
    if (!isEvents(events) || signal?.aborted === true) {
      close()
      return handled
    }
    // Where the page lets go before the first event is asked for, the generator below never begins.
    signal?.addEventListener('abort', close, { once: true })
    return { ...handled, response: { ...handled.response, body: closing(events, close) } }
  } catch (error) {
    close()
    throw error
  }
}

function isEvents(body: unknown): body is AsyncGenerator<unknown, unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

async function* closing(events: AsyncGenerator<unknown, unknown>, close: () => void): AsyncGenerator<unknown, unknown> {
  try {
    return yield* events
  } finally {
    close()
  }
}
