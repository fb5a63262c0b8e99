import { AppError } from '../../../shared/error'
import type { PatternFault } from '../../../shared/query/pattern'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What zod tells of an issue besides. https://zod.dev/error-customization */
interface ZodIssue extends Issue {
  readonly code?: string
  readonly origin?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  readonly values?: readonly unknown[]
  /** Of a refinement of ours that says more than its code. */
  readonly params?: { readonly fault: PatternFault; readonly at: number } | undefined
  /** Of a record, those that no schema knows. */
  readonly keys?: readonly string[]
}

/** What a schema found wrong, first things first: the field, and what to write instead. */
export function badInput(issues: readonly Issue[]): AppError<'BAD_INPUT'> {
  const [issue] = issues as readonly ZodIssue[]
  const unknown = issue?.code === 'unrecognized_keys' ? (issue.keys ?? []).slice(0, 1) : []
  const path = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
  const field = [...path, ...unknown].join('.')
  const remedy = issue === undefined ? message('input.check') : remedyOf(issue)
  const problem = field === '' ? remedy : message('input.field', { field, problem: remedy })
  return new AppError('BAD_INPUT', { field, problem, remedy })
}

/** A refinement of ours has a message's code for its text; everything else is told by what zod found. */
function remedyOf(issue: ZodIssue): Message {
  if (issue.code === 'custom' && issue.message === 'input.entry-id') return message(issue.message)
  if (issue.code === 'custom' && issue.message === 'input.address-map') return message(issue.message)
  if (issue.code === 'custom' && issue.message === 'input.patterns') return message(issue.message)
  if (issue.code === 'custom' && issue.message === 'input.pattern' && issue.params !== undefined)
    return message(issue.message, issue.params)
  if (issue.code === 'unrecognized_keys') return message('input.not-known')
  const { minimum, maximum, values } = issue
  if (issue.code === 'too_small' && minimum !== undefined) return message('input.at-least', limitOf(issue, minimum))
  if (issue.code === 'too_big' && maximum !== undefined) return message('input.at-most', limitOf(issue, maximum))
  if (issue.code === 'invalid_value' && values !== undefined)
    return message('input.one-of', { values: values.map(String) })
  return message(issue.code === 'invalid_type' ? 'input.other-type' : 'input.check')
}

function limitOf({ origin }: ZodIssue, limit: number | bigint) {
  const of = origin === 'string' ? 'characters' : origin === 'array' ? 'items' : 'number'
  return { limit: Number(limit), of } as const
}
