import { isAppError, AppError } from '../../../shared/error'
import type { RedriveTarget } from '../../../shared/model/redrive'
import { fromBuffer, nameKey } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { asText, type Reply } from '../../redis/reply'
import { message, verbatim } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

/** So many streams may the dead letters of one plan come from. */
const MOST_TARGETS = 1_000
const PIPELINED = 100

/** The streams that copies would go to, each looked at once, and how many would go there. */
export interface Targets {
  /** Whether what goes there can, in order. Throws BAD_INPUT beyond 1000 streams. */
  add(names: readonly Buffer[]): Promise<readonly boolean[]>
  /** Most entries first. */
  list(): readonly RedriveTarget[]
  /** Those that can take entries, by `nameKey`. */
  open(): ReadonlyMap<string, Buffer>
}

interface Seen {
  readonly name: Buffer
  readonly type: string | null
  readonly refusal: Message | null
  entries: number
}

export function createTargets(reader: Reader, deadStream: Buffer, create: boolean): Targets {
  const seen = new Map<string, Seen>()

  const look = async (names: readonly Buffer[]): Promise<void> => {
    for (let at = 0; at < names.length; at += PIPELINED) {
      const slice = names.slice(at, at + PIPELINED)
      const replies = await reader.pipeline(slice.map((name) => ['TYPE', name] as const))
      for (const [n, name] of slice.entries()) {
        const { type, refusal } = verdict(replies[n] ?? null, create)
        const own = name.equals(deadStream) ? message('redrive.itself') : null
        seen.set(nameKey(name), { name, type, refusal: own ?? refusal, entries: 0 })
      }
    }
  }
  return {
    async add(names) {
      const fresh = new Map(names.map((name) => [nameKey(name), name]))
      for (const known of seen.keys()) fresh.delete(known)
      if (seen.size + fresh.size > MOST_TARGETS) throw tooMany()
      await look([...fresh.values()])
      return names.map((name) => {
        const target = seen.get(nameKey(name))
        if (target) target.entries += 1
        return target?.refusal === null
      })
    },
    list: () =>
      [...seen.values()]
        .sort((a, b) => b.entries - a.entries)
        .map(({ name, ...rest }) => ({ name: fromBuffer(name), ...rest })),
    open: () => new Map([...seen].flatMap(([key, { name, refusal }]) => (refusal === null ? [[key, name]] : []))),
  }
}

function verdict(reply: Reply | AppError, create: boolean): Pick<Seen, 'type' | 'refusal'> {
  if (isAppError(reply)) {
    if (!isAppError(reply, 'REDIS')) throw reply
    const { prefix } = reply.data
    const isElsewhere = prefix === 'MOVED' || prefix === 'ASK'
    return { type: null, refusal: isElsewhere ? message('redrive.other-node') : verbatim(reply.data.reply) }
  }
  const type = asText(reply)
  if (type === 'stream') return { type, refusal: null }
  if (type === 'none') return { type, refusal: create ? null : message('redrive.no-stream') }
  return { type, refusal: message('redrive.other-type', { type }) }
}

function tooMany(): AppError<'BAD_INPUT'> {
  const [problem, remedy] = [message('redrive.too-many-streams'), message('redrive.choose-fewer')]
  return new AppError('BAD_INPUT', { field: 'selection', problem, remedy })
}
