import type { Connections } from '../../../../electron/services/connections/connections'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import type { TestStep } from '../../../../shared/model/connection-test'
import { errorText } from '../../../../shared/words/errors'
import { sentence } from '../../../../shared/words/messages'
import type { TypedSecrets } from './ssh-kit'

export interface Tried {
  readonly steps: readonly TestStep[]
  /** The version of the server that it found; null: it ended before. */
  readonly result: string | null
  /** `name state`, in order. */
  readonly ended: readonly string[]
  /** All words of a step. */
  said(name: TestStep['name']): string
}

/** A test of a connection, to its end. */
export async function trySteps(
  connections: Connections,
  profile: ConnectionProfile,
  secrets: TypedSecrets = {},
  signal?: AbortSignal,
): Promise<Tried> {
  const steps: TestStep[] = []
  let result: string | null = null
  for await (const event of connections.testSteps({ profile, secrets }, signal)) {
    if (event.kind === 'result') result = event.server.version
    else steps[event.step.at] = event.step
  }
  const wordsOf = ({ findings, next, error }: TestStep): string =>
    [...findings.map(sentence), next ? sentence(next) : '', error ? errorText(error) : ''].join(' | ')
  return {
    steps,
    result,
    ended: steps.map(({ name, state }) => `${name} ${state}`),
    said: (name) =>
      steps
        .filter((step) => step.name === name)
        .map(wordsOf)
        .join(' || '),
  }
}
