import { oc } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { appErrors, type AppErrorCode } from '../error-data'

export interface ProcedureMeta {
  /** It may change what is in Redis. Such procedures pass the guard and take a `connectionId`. */
  readonly mutates: boolean
  /** Redis can't take it back: a production connection asks for the stream's name in `confirmation`. */
  readonly irreversible: boolean
}

type ErrorMap = { [C in AppErrorCode]: { data: (typeof appErrors)[C] } }
const errors = Object.fromEntries(Object.entries(appErrors).map(([code, data]) => [code, { data }])) as ErrorMap

const base = oc.$meta<ProcedureMeta>({ mutates: false, irreversible: false }).errors(errors)

/** A procedure that never changes what is in Redis. */
export const reads = base
/** A procedure that may, and that Redis lets us take back or that adds only. */
export const writes = base.meta({ mutates: true, irreversible: false })
/** A procedure that may, for good. */
export const writesForGood = base.meta({ mutates: true, irreversible: true })

export const onConnection = z.object({ connectionId: z.string().min(1).max(64) })
export const onStream = onConnection.extend({ key: bytes })
export const onGroup = onStream.extend({ group: bytes })
/** The codes of the doubts that the preview showed, and that the person took upon themselves. */
export const accepts = z.array(z.string().max(64)).max(16).optional()
/** The most rows of one page, and of one command. */
export const pageSize = z.int().min(1).max(1000)
