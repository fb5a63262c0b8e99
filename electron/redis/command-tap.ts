import type { Command } from 'ioredis'
import type { CommandOutcome, Sender } from '../../shared/model/command-log'
import { isReplyError } from './errors'
import { senderNow } from './sent-by'
import { shownCommand, type ShownCommand } from './shown-command'

/** A command that was sent, as far as people may see it, and what is known of it by now. */
export interface SentCommand extends ShownCommand {
  /** By this host's clock. */
  readonly atMs: number
  readonly node: string
  readonly by: Sender
  /** On the line before TLS and SSH; null: not told, for what the size would tell. */
  readonly sentBytes: number | null
  receivedBytes: number | null
  /** From when it was written until its reply had come whole, or the connection ended. */
  ms: number | null
  outcome: CommandOutcome
}

/** Who takes note of what is sent. */
export interface CommandSink {
  sent(command: SentCommand): void
  /** Its reply has come: so many bytes. */
  came(command: SentCommand, bytes: number): void
}

/** Sees each command that is written to one connection, and what becomes of it. */
export interface CommandTap {
  /** It is about to be sent, by whoever sends now; nothing is noted unless it is written. */
  sending(command: Command): void
  came(command: object, bytes: number): void
  /** Its reply holds more than is kept. */
  cut(command: object): void
  /** Nobody waits for it any more. */
  givenUp(command: object): void
}

export interface CommandTapOptions {
  readonly sink: CommandSink
  /** Where it is sent to by now. */
  readonly node: () => string
  /** The first word of what the server said, without what is secret. */
  readonly prefixOf: (said: string) => string
}

const WAITING: CommandOutcome = { kind: 'waiting' }
const OK: CommandOutcome = { kind: 'ok' }
const QUEUED: CommandOutcome = { kind: 'queued' }
const CUT: CommandOutcome = { kind: 'cut' }
const LOST: CommandOutcome = { kind: 'lost' }
const GIVEN_UP: CommandOutcome = { kind: 'given-up' }

export function createCommandTap({ sink, node, prefixOf }: CommandTapOptions): CommandTap {
  const sent = new WeakMap<object, { readonly note: SentCommand; readonly beganAt: number }>()
  const refusal = (error: Error): CommandOutcome => ({ kind: 'error', prefix: prefixOf(error.message) })

  const settle = (command: object, outcome: CommandOutcome): void => {
    const known = sent.get(command)
    if (known === undefined) return
    const { note, beganAt } = known
    if (note.outcome === WAITING) note.outcome = outcome
    note.ms ??= performance.now() - beganAt
  }
  const answered = (reply: unknown): CommandOutcome => {
    if (Buffer.isBuffer(reply)) return reply.length === 6 && reply.toString('latin1') === 'QUEUED' ? QUEUED : OK
    // Of an EXEC: what it carried out may have failed.
    const failed: unknown = Array.isArray(reply) ? reply.find((each) => each instanceof Error) : undefined
    return failed instanceof Error ? refusal(failed) : OK
  }
  const written = (command: Command, by: Sender, bytes: number): void => {
    const shown = shownCommand(command.name, command.args as readonly (Buffer | string)[])
    const note: SentCommand = {
      ...shown,
      ...{ atMs: Date.now(), node: node(), by },
      sentBytes: shown.tellsSize ? bytes : null,
      ...{ receivedBytes: null, ms: null, outcome: WAITING },
    }
    sent.set(command, { note, beganAt: performance.now() })
    sink.sent(note)
    void command.promise.then(
      (reply: unknown) => settle(command, answered(reply)),
      (error: unknown) => settle(command, error instanceof Error && isReplyError(error) ? refusal(error) : LOST),
    )
  }

  return {
    sending(command) {
      const by = senderNow()
      const write = command.toWritable.bind(command)
      command.toWritable = (socket) => {
        const data = write(socket)
        written(command, by, typeof data === 'string' ? Buffer.byteLength(data) : data.length)
        return data
      }
    },
    came(command, bytes) {
      const known = sent.get(command)
      if (known === undefined) return
      known.note.receivedBytes = bytes
      known.note.ms = performance.now() - known.beganAt
      sink.came(known.note, bytes)
    },
    cut(command) {
      const note = sent.get(command)?.note
      if (note) note.outcome = CUT
    },
    givenUp(command) {
      const note = sent.get(command)?.note
      if (note?.outcome === WAITING) note.outcome = GIVEN_UP
    },
  }
}
