import type { Socket } from 'node:net'
import type { TestEvent, TestStepName } from '../../../../shared/model/connection-test'
import type { Message } from '../../../../shared/model/message'
import { errorInfo } from '../../lib/error-info'

/** What a step found. `warn`: it works, but not as one might want it. */
export interface Found<T> {
  readonly value: T
  readonly findings: readonly Message[]
  readonly warn?: boolean | undefined
  readonly next?: Message | null | undefined
}

/** A step that failed, with more to say than its error does. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'
  constructor(
    readonly error: unknown,
    readonly findings: readonly Message[],
    readonly next: Message | null,
  ) {
    super()
  }
}

/** Steps are told one after the other, each as it begins and as it ends. */
export type Steps<T> = AsyncGenerator<TestEvent, T, void>

export interface StepRun {
  /** Null: it failed, and has said why. Throws the signal's reason. */
  step<T>(name: TestStepName, where: string, work: () => Promise<Found<T>>): Steps<T | null>
  readonly signal: AbortSignal
  /** What steps opened for those behind them: not to be left open, wherever the run ends. */
  readonly sockets: Set<Socket>
}

export function createStepRun(signal: AbortSignal): StepRun {
  let count = 0
  return {
    signal,
    sockets: new Set(),
    async *step(name, where, work) {
      const at = count
      count += 1
      const own = { at, name, where }
      yield { kind: 'step', step: { ...own, state: 'running', ms: null, findings: [], next: null, error: null } }
      const began = performance.now()
      const ms = (): number => Math.round((performance.now() - began) * 10) / 10
      try {
        signal.throwIfAborted()
        const { value, findings, warn = false, next = null } = await unlessLeft(work(), signal)
        const state = warn ? 'warn' : 'good'
        yield { kind: 'step', step: { ...own, state, ms: ms(), findings: [...findings], next, error: null } }
        return value
      } catch (error) {
        signal.throwIfAborted()
        const told = error instanceof StepFailure ? error : new StepFailure(error, [], null)
        const { findings, next } = told
        const info = errorInfo(told.error)
        yield { kind: 'step', step: { ...own, state: 'failed', ms: ms(), findings: [...findings], next, error: info } }
        return null
      }
    },
  }
}

/** Work that can't be called off is left. */
async function unlessLeft<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined)
  let leave = (): void => undefined
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason instanceof Error ? signal.reason : new Error('left'))
    signal.addEventListener('abort', leave)
  })
  try {
    signal.throwIfAborted()
    return await Promise.race([work, left])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
