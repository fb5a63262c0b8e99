import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import type { StreamMark } from '../inspection/stream-mark'
import { judgeServer, type MetServer, type ServerIdentity } from './identity'
import { judgeStream } from './stream-identity'

/** What a record says of where it was done; older ones say less. */
export interface RecordedSubject {
  readonly server?: ServerIdentity | undefined
  readonly stream?: StreamMark | undefined
}

export interface RecordJudgement {
  /** What is not certain, in words: to be asked. */
  readonly doubts: Message[]
  /** What proves that it is something else; null: nothing does. */
  readonly contradiction: Message | null
}

/**
 * Whether what a record was about is what is met now. Entries that hold what they held prove a server at the same address
 * that can't prove itself: it was started anew with its data. Where the stream is
 * gone there is nothing to be wrong about: whoever looks for it says so. `stream` null: the server refuses to tell, or it
 * was not noted.
 */
export function judgeRecord(
  then: RecordedSubject,
  now: { readonly server: MetServer; readonly stream: StreamMark | 'gone' | null },
): RecordJudgement {
  const server = then.server ? judgeServer(then.server, now.server) : null
  const stream =
    then.stream && now.stream !== null && now.stream !== 'gone' ? judgeStream(then.stream, now.stream) : NOTHING
  const isDoubted =
    server?.state === 'unproven' && now.stream !== 'gone' && (!stream.isProven || stream.doubts.length > 0)
  // A stream made anew in the same server looks like it where no entry tells. One without entries has none to be wrong about.
  const isUnmet =
    !isDoubted && !stream.isProven && hasEntries(then.stream) && now.stream !== 'gone' && hasEntries(now.stream)
  return {
    contradiction: server?.state === 'other' ? server.why : stream.contradiction,
    doubts: [
      ...(server === null ? [message('identity.no-server')] : []),
      ...(isDoubted ? [server.why] : []),
      ...(isUnmet ? [message('identity.nothing-met')] : []),
      ...stream.doubts,
    ],
  }
}

function hasEntries(stream: StreamMark | null | undefined): boolean {
  return stream !== null && stream !== undefined && stream.firstId !== null
}

const NOTHING = { isProven: false, doubts: [], contradiction: null } as const
