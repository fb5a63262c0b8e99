import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import type { StreamMark } from '../inspection/stream-mark'
import { judgeServer, type MetServer, type ServerIdentity, type Verdict } from './identity'
import type { NamedMark } from './lines'
import { judgeStream } from './stream-identity'

/** What a record says of where it was done; older ones say less. */
export interface RecordedSubject {
  readonly server?: ServerIdentity | undefined
  readonly stream?: StreamMark | undefined
  /** Other streams that it is about. */
  readonly beside?: readonly NamedMark[] | undefined
  /** Whether nothing that the server holds tells that it was done: what is acked is pending no more, whoever acked it. */
  readonly leavesNoTrace?: boolean | undefined
  /** It is about to be gone on with where it stopped, by the journal: what the server forgot of it would be missing. */
  readonly goesOn?: boolean | undefined
}

export interface RecordJudgement {
  /** What is not certain, in words: to be asked. */
  readonly doubts: Message[]
  /** What proves that it is something else; null: nothing does. */
  readonly contradiction: Message | null
}

type Met = StreamMark | 'gone' | null

/**
 * Whether what a record was about is what is met now. Entries that hold what they held prove a server at the same address
 * that can't prove itself: it was started anew with its data. Where a stream is gone there is nothing to be wrong about:
 * whoever looks for it says so. A stream met as null: the server refuses to tell, or it was not noted.
 */
export function judgeRecord(
  then: RecordedSubject,
  now: { readonly server: MetServer; readonly stream: Met; readonly beside?: readonly Met[] },
): RecordJudgement {
  const server = then.server ? judgeServer(then.server, now.server) : null
  const streams = [
    { name: null, mark: then.stream, met: now.stream },
    ...(then.beside ?? []).map(([name, mark], at) => ({ name, mark, met: now.beside?.[at] ?? null })),
  ]
  const noted = streams.filter(({ mark }) => mark !== undefined)
  const judged = streams.flatMap(({ name, mark, met }) => {
    return mark && met !== null && met !== 'gone' ? [judgeStream(mark, met, name)] : []
  })
  const isThere = noted.length === 0 || noted.some(({ met }) => met !== 'gone')
  const isProven = judged.some((each) => each.isProven && each.doubts.length === 0)
  const doubted = server?.state === 'unproven' && isThere ? doubtOf(server, isProven, then) : null
  return {
    contradiction:
      server?.state === 'other'
        ? server.why
        : (judged.find(({ contradiction }) => contradiction !== null)?.contradiction ?? null),
    doubts: [
      ...(server === null ? [message('identity.no-server')] : []),
      ...(doubted === null ? [] : [doubted]),
      // A stream made anew in the same server looks like it where no entry tells.
      ...judged.flatMap(({ unmet, doubts }) => [...(doubted !== null || unmet === null ? [] : [unmet]), ...doubts]),
    ],
  }
}

/** That the data are those of then is no proof that what was done then is in them: they may come from a snapshot before it. */
function doubtOf(
  { why, forgot, ran }: Extract<Verdict, { state: 'unproven' }>,
  isProven: boolean,
  { leavesNoTrace, goesOn }: RecordedSubject,
): Message | null {
  if (!isProven || forgot === 'likely') return why
  if (forgot !== 'maybe') return null
  if (ran) return goesOn === true || leavesNoTrace === true ? why : null
  if (goesOn === true) return message('identity.copies-from-snapshot')
  return leavesNoTrace === true ? message('identity.from-snapshot') : null
}
