import { AppError } from '../../shared/error'

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema found wrong, first things first: the field, and what to write instead. */
export function badInput(issues: readonly Issue[]): AppError<'BAD_INPUT'> {
  const [issue] = issues
  const field = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  const remedy = issue?.message ?? 'Check what was entered.'
  return new AppError('BAD_INPUT', { field, remedy }, field === '' ? remedy : `${field}: ${remedy}`)
}
