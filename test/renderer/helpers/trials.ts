import type { ORPCError } from '@orpc/client'
import type { ServerInfo } from '../../../shared/model/connection'
import type { TestEvent, TestStep } from '../../../shared/model/connection-test'
import { events } from './fake-api'

export function step(changes: Partial<TestStep> = {}): TestEvent {
  const own: TestStep = {
    at: 0,
    name: 'login',
    where: 'db:1',
    state: 'good',
    ms: 1,
    findings: [],
    next: null,
    error: null,
  }
  return { kind: 'step', step: { ...own, ...changes } }
}

/** A test of a connection that finds this. */
export function finds(server: ServerInfo, latencyMs: number | null = 1): AsyncGenerator<TestEvent, void> {
  return events<TestEvent>([step(), { kind: 'result', server, latencyMs }], undefined, true)
}

/** One whose only step fails so. */
export function fails({ code, data }: ORPCError<string, unknown>): AsyncGenerator<TestEvent, void> {
  return events([step({ state: 'failed', error: { code, data } })], undefined, true)
}
