import { z } from 'zod'
import { appErrorInfo, type AppErrorInfo } from '../../../shared/error-data'
import { message } from '../../../shared/model/message'
import { verbatim } from '../../../shared/words/messages'

// Up to format 1 the journal held sentences. They are shown as they were written.

/** A message; in format 1, a sentence. */
export const recordedMessage = z.union([message, z.string().transform(verbatim)])

const errorOfFormat1 = z.object({ code: z.string(), message: z.string(), data: z.unknown() })

/** An error as data; in format 1, with its sentence beside it. */
export const recordedError = z.union([errorOfFormat1.transform(fromFormat1), appErrorInfo])

interface OldData {
  readonly field?: string
  readonly remedy?: string
  readonly reason?: string
}

function fromFormat1({ code, message: text, data: written }: z.infer<typeof errorOfFormat1>): AppErrorInfo {
  const data: OldData = typeof written === 'object' && written !== null ? written : {}
  const more = MORE[code]?.(text, data)
  return { code, data: more === undefined ? written : { ...data, ...more } }
}

/** What the data of an error has had besides since then, by its code. */
const MORE: Readonly<Record<string, (text: string, data: OldData) => object>> = {
  UNREACHABLE: (text) => ({
    ...(/DB index|database.*out of range/i.test(text) ? { reason: 'no-database' } : {}),
    detail: verbatim(text),
  }),
  UNKNOWN_OUTCOME: () => ({ cause: 'lost' }),
  BAD_INPUT: (text, { remedy }) => ({ problem: verbatim(text), remedy: verbatim(remedy ?? '') }),
  STALE_PLAN: (text) => ({ problem: verbatim(text) }),
  UNSUPPORTED: (_text, { reason }) => ({ reason: verbatim(reason ?? '') }),
  STORAGE: (text) => ({
    operation: /could not be read/.test(text) ? 'read' : 'write',
    ...{ problem: verbatim(text), why: null, sent: /was carried out/.test(text) },
  }),
}
