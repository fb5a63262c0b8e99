import { AppError } from '../../../shared/error'
import { hopName } from '../../../shared/hop-name'
import { destinationOf, serversTold, secretsElsewhere } from '../../../shared/judgement/secret-destination'
import {
  secretPurpose,
  type ConnectionProfile,
  type GivenBy,
  type SecretPurpose,
} from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import { endpointName } from '../../redis/dial'
import type { BoundSecrets } from './bound-secrets'
import type { Link } from './link'

/**
 * `secrets`: what is not in it is as known for this id; null: none. `shown`: the profile as the person saw it; what they did
 * not change stays as it is by now, whoever changed it. Without it all of `profile` holds.
 */
export interface ConnectionDraft {
  readonly id?: string | undefined
  readonly profile: ConnectionProfile
  readonly shown?: ConnectionProfile | undefined
  readonly secretsOf?: string | undefined
  readonly secrets?: { readonly [P in SecretPurpose]?: string | null | undefined } | undefined
}

interface Of {
  readonly profile: ConnectionProfile
  readonly givenBy: GivenBy | null
  readonly link: Pick<Link, 'status'>
}

type Given = readonly (readonly [SecretPurpose, string | null])[]

/** The secrets of a draft. What it leaves as it is known goes where it was given for, and nowhere else: that is BAD_INPUT. */
export interface DraftSecrets {
  /** As it has it, or leaves it. Null: none. */
  secretOf(draft: ConnectionDraft, purpose: SecretPurpose): Promise<string | null>
  /** What becomes of the secrets: those that it gives, or has of another connection. */
  given(draft: ConnectionDraft): Promise<Given>
  /** Those that it leaves, and that may go where it leads although that is not quite where they were given for. */
  left(draft: ConnectionDraft, known: readonly SecretPurpose[], was: ConnectionProfile): Promise<Given>
  /** Throws where one of the `known` is left, and would go elsewhere. */
  requireTyped(draft: ConnectionDraft, known: readonly SecretPurpose[], of: Of, to: ConnectionProfile): void
}

export function createDraftSecrets(secrets: BoundSecrets, find: (id: string) => Of): DraftSecrets {
  const requireTyped: DraftSecrets['requireTyped'] = (draft, known, of, to) => {
    const elsewhere = secretsElsewhere(of.profile, to, serversTold(of.link.status()))
    const purpose = elsewhere.find((each) => known.includes(each) && draft.secrets?.[each] === undefined)
    if (purpose !== undefined) throw givenForAnother(purpose, of.profile)
  }
  const secretOf: DraftSecrets['secretOf'] = async (draft, purpose) => {
    const { profile, secrets: typed } = draft
    const secret = typed?.[purpose]
    if (secret !== undefined) return secret || null
    const id = draft.id ?? draft.secretsOf
    if (id === undefined) return null
    const of = find(id)
    // What was given is for the server that it was given for.
    if (of.givenBy !== null) return sameServer(of.profile, profile) ? secrets.get(id, purpose, profile) : null
    if (!(await secrets.has(id, purpose))) return null
    requireTyped(draft, [purpose], of, profile)
    return secrets.get(id, purpose, profile, serversTold(of.link.status()))
  }
  return {
    secretOf,
    requireTyped,
    given(draft) {
      const { secretsOf, secrets: typed } = draft
      const given = secretPurpose.options.filter((each) => typed?.[each] !== undefined || secretsOf !== undefined)
      return Promise.all(given.map(async (each) => [each, await secretOf(draft, each)] as const))
    },
    async left(draft, known, was) {
      const moved = known.filter((each) => {
        const to = destinationOf(draft.profile, each)
        return draft.secrets?.[each] === undefined && to && !isEqual(to, destinationOf(was, each))
      })
      // One that can't be had stays what it is; one that goes elsewhere is refused when the draft is saved.
      const had = (each: SecretPurpose) => secretOf(draft, each).catch(() => null)
      const found = await Promise.all(moved.map(async (each) => [each, await had(each)] as const))
      return found.filter(([, secret]) => secret !== null)
    },
  }
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function givenForAnother(purpose: SecretPurpose, { endpoint, ssh }: ConnectionProfile): AppError<'BAD_INPUT'> {
  const hop = purpose.startsWith('jump') ? ssh?.jump : purpose.startsWith('ssh') ? ssh : null
  const remedy = message('secret.type-again', { purpose, endpoint: hop ? hopName(hop) : endpointName({ endpoint }) })
  return new AppError('BAD_INPUT', { field: `secrets.${purpose}`, problem: remedy, remedy })
}

/** Whether an open connection stays what it is under the other profile. */
export function sameServer(a: ConnectionProfile, b: ConnectionProfile): boolean {
  const part = ({ endpoint, username, db, tls, ssh, addressMap = [] }: ConnectionProfile) =>
    JSON.stringify([endpoint, username, db, tls, ssh, addressMap])
  return part(a) === part(b)
}
