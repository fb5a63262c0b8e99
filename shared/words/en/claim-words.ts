import { cliArgument, type Bytes } from '../../bytes'

/** How a claim was asked for. `to` null: the healthiest other consumer. `deliveries`: what becomes of the delivery count. */
export interface ClaimAsked {
  readonly to: Bytes | null
  readonly idleKept: boolean
  readonly deliveries: 'kept' | 'plusOne' | number
}

export function claimWords({ to, idleKept, deliveries }: ClaimAsked): string {
  const target = to === null ? 'the healthiest' : cliArgument(to)
  const count = deliveries === 'plusOne' ? ', one more delivery' : `, ${deliveries} deliveries`
  return `claim to ${target}${idleKept ? ', idle time kept' : ''}${deliveries === 'kept' ? '' : count}`
}

/** `idField` null: by the entry's id. */
export interface HashOf {
  readonly prefix: Bytes
  readonly idField: Bytes | null
}

/** The hashes that entries are written to: `order:<id>`. */
export function hashName({ prefix, idField }: HashOf): string {
  return `${cliArgument(prefix)}<${idField === null ? 'entry id' : cliArgument(idField)}>`
}
