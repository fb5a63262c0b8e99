import { oc } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { appErrors, type AppErrorCode } from '../error-data'
import { ERROR_STATUS } from '../error-status'
import type { Role } from '../roles'

export interface ProcedureMeta {
  /** What whoever calls it must be at least. */
  readonly role: Role
  /** Fields of the input that only somebody of this role may give. */
  readonly fields: Readonly<Record<string, Role>>
  /** It may change what is in Redis. Such procedures pass the guard and take a `connectionId`. */
  readonly mutates: boolean
  /** Redis can't take it back: a production connection asks for the stream's name in `confirmation`. */
  readonly irreversible: boolean
}

type ErrorMap = { [C in AppErrorCode]: { status: number; data: (typeof appErrors)[C] } }
const errors = Object.fromEntries(
  Object.entries(appErrors).map(([code, data]) => [code, { status: ERROR_STATUS[code as AppErrorCode], data }]),
) as ErrorMap

const ADMIN: ProcedureMeta = { role: 'admin', fields: {}, mutates: false, irreversible: false }
const VIEWER: ProcedureMeta = { ...ADMIN, role: 'viewer' }
const OPERATOR: ProcedureMeta = { ...ADMIN, role: 'operator' }
const base = oc.$meta(ADMIN).errors(errors)

// Each procedure is made of one of these, so that none is without a role.

/** Never changes what is in Redis: whoever may look. */
export const looks = base.meta(VIEWER)
/** The same, with a field that only somebody of another role may give. */
export const looksBut = (fields: ProcedureMeta['fields']) => base.meta({ ...VIEWER, fields })
/** What is on the way to a change, or tells one that runs how to go on: operators. */
export const prepares = base.meta(OPERATOR)
/** Changes connections, settings, or what Sluice keeps, and nothing in Redis: admins. */
export const manages = base.meta(ADMIN)
/** May change what is in Redis, where that can be taken back or only adds: operators. */
export const writes = base.meta({ ...OPERATOR, mutates: true })
/** The same, for good. */
export const writesForGood = base.meta({ ...OPERATOR, mutates: true, irreversible: true })

export const onConnection = z.object({ connectionId: z.string().min(1).max(64) })
export const onStream = onConnection.extend({ key: bytes })
export const onGroup = onStream.extend({ group: bytes })
/** The codes of the doubts that the preview showed, and that the person took upon themselves. */
export const accepts = z.array(z.string().max(64)).max(16).optional()
/** The most rows of one page, and of one command. */
export const pageSize = z.int().min(1).max(1000)
