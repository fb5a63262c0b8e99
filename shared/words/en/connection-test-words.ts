import { formatRoundTrip } from '../../format/format-duration'
import type { TestStep, TestStepName } from '../../model/connection-test'

/** The steps of a test of a connection. */
export const connectionTestWords = {
  steps: {
    ssh: 'SSH',
    name: 'Name',
    socket: 'Connect',
    tls: 'TLS',
    login: 'Log in',
    server: 'Server',
    topology: 'Around it',
    rights: 'Rights',
    streams: 'Streams',
  } satisfies Record<TestStepName, string>,
  states: {
    running: 'under way',
    good: 'works',
    warn: 'works, with a remark',
    failed: 'failed',
  } satisfies Record<TestStep['state'], string>,
  title: 'Test of the connection',
  stop: 'Stop',
  stopped: 'stopped',
  noMore: 'It can’t be opened like this.',
  wasStopped: 'Stopped. Nothing was written, and all that was opened is closed.',
  ms: formatRoundTrip,
  said: (step: string, where: string, state: string) => `${step}, ${where}: ${state}`,
}
