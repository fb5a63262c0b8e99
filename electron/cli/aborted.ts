import type { ExitCode } from './exit-code'

/** Why everything ends: a signal, a fault, or what is printed goes nowhere. It is the reason of an abort. */
export class Ended extends Error {
  override readonly name = 'Ended'
  readonly exitCode: ExitCode
  constructor(exitCode: ExitCode) {
    super()
    this.exitCode = exitCode
  }
}

/** Of what can't be called off: it is not waited for any more. Throws the signal's reason. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
