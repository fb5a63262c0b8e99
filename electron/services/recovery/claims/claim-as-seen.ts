import { CHECKED_CLAIM_MAX, checkedClaim, type ClaimFor } from '../../../redis/scripts/checked-claim'
import { claimJustId, type ClaimOptions } from '../../../redis/xclaim'
import { ageOf, BATCH, type Observation, type ObservedRow } from '../../inspection/observe-pending'
import { idsOf } from '../../jobs/run-batch'
import type { RunContext } from '../../jobs/run-context'
import type { Sending } from '../../jobs/send-commands'
import { mayScript } from '../acks/ack-sendings'

/** What one XCLAIM can hold: its options are for all of its ids. */
export interface ClaimPart {
  readonly rows: readonly ObservedRow[]
  readonly to: Buffer
  /** The min idle time is that of the reading; FORCE is for `claimForced`. */
  readonly options: Omit<ClaimOptions, 'force'>
}

type Claiming = Pick<RunContext, 'writer' | 'key' | 'group' | 'server'>

/**
 * The commands that claim what is still as it was seen. Where scripts are allowed each looks at owner, delivery count and idle time,
 * for as many entries as it may, in the order of `rows`; else each part is an XCLAIM, to which the min idle time must tell all.
 */
export function claimCommands(
  context: Claiming,
  rows: readonly ObservedRow[],
  parts: readonly ClaimPart[],
  observation: Observation,
): readonly Sending[] {
  if (!mayScript(context.server)) return plainClaims(context, parts, observation)
  const { writer, key, group } = context
  const partOf = new Map(parts.flatMap((part) => part.rows.map(({ id }) => [id, part] as const)))
  return inParts(rows, CHECKED_CLAIM_MAX).map((some) => ({
    ids: idsOf(some),
    send() {
      const claims = new Map(parts.map((part) => [part, claimFor(part, observation)]))
      const claimOf = ({ id }: ObservedRow): ClaimFor | undefined => {
        const part = partOf.get(id)
        return part && claims.get(part)
      }
      return checkedClaim(
        writer,
        key,
        group,
        some,
        some.flatMap((row) => claimOf(row) ?? []),
      )
    },
  }))
}

/** XCLAIM FORCE of each part, which makes pending what is not. */
export function forcedClaims(
  context: Claiming,
  parts: readonly ClaimPart[],
  observation: Observation,
): readonly Sending[] {
  return plainClaims(context, parts, observation, true)
}

function plainClaims(
  { writer, key, group }: Claiming,
  parts: readonly ClaimPart[],
  observation: Observation,
  force = false,
): readonly Sending[] {
  return parts.flatMap((part) =>
    inParts(idsOf(part.rows), BATCH).map((ids) => ({
      ids,
      send() {
        const { consumer, options } = claimFor(part, observation)
        return claimJustId(writer, key, group, consumer, ids, { ...options, force })
      },
    })),
  )
}

/** As idle as what was seen must be by now. */
function claimFor({ to, options }: ClaimPart, observation: Observation): ClaimFor {
  return { consumer: to, options: { ...options, minIdleMs: options.minIdleMs + ageOf(observation) } }
}

function inParts<T>(all: readonly T[], most: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, at) => all.slice(at * most, (at + 1) * most))
}
