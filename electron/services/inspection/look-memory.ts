import { isAppError, type AppError } from '../../../shared/error'
import { hasReadScripts, noteReadScripts } from '../../redis/read-script'
import { originOf, type Reader } from '../../redis/reader-writer'
import type { Reply } from '../../redis/reply'
import { LOOK_PARTS, type LookPart } from '../../redis/stream-look'
import { createMetLarge, type MetLarge } from './met-large'
import { createUnreadByCommands } from './unread-by-commands'

/** What looks by one connection have learned, so that the next one need not ask again. */
export interface LookMemory {
  /** What the ACL refuses to run, for whatever key: each further refusal would be one more line of the server's log. */
  readonly refused: Set<LookPart>
  /** False: this server, or its ACL, has no scripts that read. */
  hasScripts: boolean
  /** False: the ACL refuses PTTL, or this server has none. */
  hasTtl: boolean
  /** False: the ACL refuses TIME, and INFO does not tell it either. */
  hasClock: boolean
  /** The latest server time that was told, ms since 1970. */
  latestMs: number
  /** Entries that were found to be large. */
  readonly met: MetLarge
  readonly unread: ReturnType<typeof createUnreadByCommands>
}

const memories = new WeakMap<object, LookMemory>()

export function lookMemory(reader: Reader): LookMemory {
  const known = memories.get(originOf(reader))
  if (known) return known
  const fresh = untried(reader, { met: createMetLarge(), unread: createUnreadByCommands(), latestMs: 0 })
  memories.set(originOf(reader), fresh)
  return fresh
}

/** Somebody asks for all of it again, or the server may be another one: what was refused may be allowed by now. */
export function askAgain(reader: Reader): void {
  noteReadScripts(reader, true)
  const known = memories.get(originOf(reader))
  if (known) memories.set(originOf(reader), untried(reader, known))
}

function untried(reader: Reader, kept: Pick<LookMemory, 'met' | 'unread' | 'latestMs'>): LookMemory {
  return {
    refused: new Set<LookPart>(),
    get hasScripts() {
      return hasReadScripts(reader)
    },
    set hasScripts(has) {
      noteReadScripts(reader, has)
    },
    ...{ hasTtl: true, hasClock: true },
    ...{ met: kept.met, unread: kept.unread, latestMs: kept.latestMs },
  }
}

/** Takes note where the ACL refuses to run the command itself. A key that it refuses says nothing of others. */
export function noteRefusal(refused: Set<LookPart>, part: LookPart, reply: Reply | AppError | undefined): void {
  const [command = ''] = LOOK_PARTS[part].toLowerCase().split(' ')
  if (refusesCommand(reply, command)) refused.add(part)
}

/** Whether the ACL refuses to run the command, for whatever key. `command`: in small letters. */
export function refusesCommand(reply: Reply | AppError | undefined, command: string): boolean {
  if (!isAppError(reply, 'REDIS') || reply.data.prefix !== 'NOPERM') return false
  return reply.data.reply.toLowerCase().includes(`'${command}`)
}
