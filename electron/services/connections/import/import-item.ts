import type { ConnectionProfile, SecretPurpose } from '../../../../shared/model/connection'
import type { Message } from '../../../../shared/model/message'

/** One connection of an import: with what of it can't be taken, or why nothing of it can. */
export type ImportItem = { readonly name: string } & (
  | { readonly profile: ConnectionProfile; readonly secrets: ImportedSecrets; readonly notes: readonly Message[] }
  | { readonly profile: null; readonly reason: Message }
)

export type ImportedSecrets = { readonly [P in SecretPurpose]?: string | undefined }

/** What another program wrote: nothing of it is known to be what it should be. */
export type Foreign = Readonly<Record<string, unknown>>

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

export function recordOf(value: unknown): Foreign {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Foreign) : {}
}

/** NaN where it is no whole number. */
export function numberOf(value: unknown, otherwise: number): number {
  const text = textOf(value).trim()
  return text === '' ? otherwise : /^\d{1,9}$/.test(text) ? Number(text) : NaN
}
