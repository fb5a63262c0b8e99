import { cliArgument, type Bytes } from '../../../../shared/bytes'
import { AppError } from '../../../../shared/error'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { fromBuffer, toBuffer } from '../../../redis/bytes'
import { COPY_AND_ACK_MAX, MAX_PARTS } from '../../../redis/scripts/copy-and-ack'
import type { ReferenceMode } from '../../../redis/xdelex'
import type { RawEntry } from '../../../redis/xrange'
import { createBodyParts } from '../../inspection/body-parts'
import { claimLines } from '../actions/command-lines'
import { copiesByScript, flatFields } from '../copies/copying'
import type { ObservedRow } from '../../inspection/observe-pending'
import { provenanceOf, type Origin } from '../../inspection/copy-provenance'
import { hashKeyOf } from '../hashes/write-hashes'
import type { ScriptContext, ScriptOf, ScriptPart } from './script-of'
import { message, sentence } from '../../../../shared/words/messages'
import type { Message } from '../../../../shared/model/message'
import type { EntryId } from '../../../../shared/entry-id'

type Kind<K extends RecoveryAction['kind']> = Extract<RecoveryAction, { kind: K }>

// redis-cli goes on after an error, and MULTI after one inside it. In a Lua script an error ends it: what was not written
// is not acked.
const COPY = "local id = redis.call('XADD', KEYS[2], unpack(ARGV, 3)) redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])"
const DELETING: Readonly<Record<ReferenceMode, string>> = {
  KEEPREF: " redis.call('XDEL', KEYS[1], ARGV[2])",
  DELREF: " redis.call('XDELEX', KEYS[1], 'DELREF', 'IDS', 1, ARGV[2])",
  ACKED: " redis.call('XDELEX', KEYS[1], 'ACKED', 'IDS', 1, ARGV[2])",
}
const WRITE = "redis.call('HSET', KEYS[2], unpack(ARGV, 3)) return redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])"

/** A copy and its ack in one. `origin` null: no provenance. */
interface Copies {
  readonly target: Bytes
  readonly origin: Origin | null
  readonly maxLength: number | null
  /** In place of the entry's own. */
  readonly edited: readonly Buffer[] | null
  readonly deleteOriginal: ReferenceMode | undefined
}

export const deadLetterScript: ScriptOf<Kind<'deadLetter'>> = (context, action, plan, batches) => {
  const { stream, reason, maxLen: maxLength, deleteOriginal } = action
  const origin = { stream: context.key, group: context.group, reason }
  return copyScript(context, { target: stream ?? '', origin, maxLength, edited: null, deleteOriginal }, plan, batches)
}

export const requeueScript: ScriptOf<Kind<'requeue'>> = (context, action, plan, batches) => {
  const { stream, provenance, fields, deleteOriginal } = action
  const origin = provenance ? { stream: context.key, group: context.group, reason: null } : null
  const copies = { target: stream ?? '', origin, maxLength: null, edited: flatFields(fields), deleteOriginal }
  return copyScript(context, copies, plan, batches)
}

async function* copyScript(
  context: ScriptContext,
  { target, origin, maxLength, edited, deleteOriginal }: Copies,
  { key, group }: RecoveryPlan,
  batches: Parameters<ScriptOf<RecoveryAction>>[3],
): AsyncGenerator<ScriptPart, void> {
  requireScripts(copiesByScript(context.server, context.key, toBuffer(target)))
  const parts = createBodyParts(context.reader, context.key, COPY_AND_ACK_MAX)
  const script = `${COPY}${deleteOriginal === undefined ? '' : DELETING[deleteOriginal]} return id`
  const head = `EVAL ${cliArgument(script)} 2 ${cliArgument(key)} ${cliArgument(target)} ${cliArgument(group)}`
  const trim = maxLength === null ? '' : ` MAXLEN ~ ${maxLength}`
  for await (const { observation, untouched } of batches) {
    for await (const { rows, bodies } of parts(untouched)) {
      const line = (row: ObservedRow): readonly string[] => {
        const body = bodies.get(row.id)
        if (!body) return []
        const fields = [...(edited ?? body.fields), ...(origin ? provenanceOf(origin, row, observation.at) : [])]
        return [fits(fields) ? `${head} ${row.id}${trim} * ${words(fields)}` : tooMany(body)]
      }
      const lines = rows.flatMap(line)
      yield { lines, entries: lines.length }
    }
  }
}

/** Claims, then of each entry the hash and the ack in one. */
export const handleScript: ScriptOf<Kind<'handle'>> = async function* (
  context,
  { to, prefix, idField, ...how },
  { key, group },
  batches,
) {
  const { capabilities, mode } = context.server
  requireScripts(capabilities.eval.available && mode !== 'cluster')
  const parts = createBodyParts(context.reader, context.key, COPY_AND_ACK_MAX)
  for await (const { untouched } of batches) {
    for await (const { rows, bodies } of parts(untouched)) {
      const claimed: ObservedRow[] = []
      const writes: string[] = []
      for (const row of rows) {
        const body = bodies.get(row.id)
        if (!body) continue
        const hash = hashKeyOf(body, toBuffer(prefix), idField === null ? null : toBuffer(idField))
        if (!('key' in hash)) writes.push(leftOut(row.id, hash.reason))
        else if (!fits(body.fields)) writes.push(tooMany(body))
        else {
          claimed.push(row)
          const keys = `${cliArgument(key)} ${cliArgument(fromBuffer(hash.key))}`
          writes.push(`EVAL ${cliArgument(WRITE)} 2 ${keys} ${cliArgument(group)} ${row.id} ${words(body.fields)}`)
        }
      }
      yield { lines: [...claimLines(key, group, to, claimed, how), ...writes], entries: claimed.length }
    }
  }
}

function requireScripts(allowed: boolean): void {
  if (allowed) return
  throw new AppError('UNSUPPORTED', { feature: 'redis-cli-script', reason: message('script.needs-scripts') })
}

/** What Lua can hand to one command. */
function fits(fields: readonly Buffer[]): boolean {
  return fields.length <= MAX_PARTS
}

function tooMany({ id }: RawEntry): string {
  return leftOut(id, message('recovery.too-many-fields'))
}

function leftOut(id: EntryId, why: Message): string {
  return echo(message('script.left-out', { id, why }))
}

function words(fields: readonly Buffer[]): string {
  return fields.map((each) => cliArgument(fromBuffer(each))).join(' ')
}

/** redis-cli knows no comments: this does nothing, and says it as it runs. */
export function echo(text: Message): string {
  return `ECHO ${cliArgument(sentence(text))}`
}
