import type { WorkloadTarget } from '../redis/workload-client'
import { sandboxWords } from '../../shared/words/en/sandbox-words'
import type { ConnectionProfile } from '../../shared/model/connection'

/** The sandbox's server, saved three times: free to try, as production asks for care, and refusing every change. */
export function sandboxProfiles({ host, port }: WorkloadTarget): readonly ConnectionProfile[] {
  const server = { endpoint: { kind: 'tcp', host, port }, username: '', db: 0, tls: null, ssh: null } as const
  return [
    { ...server, name: sandboxWords.name, color: 'teal', environment: 'dev', readOnly: false },
    { ...server, name: sandboxWords.asProduction, color: 'red', environment: 'prod', readOnly: false },
    { ...server, name: sandboxWords.readOnly, color: 'slate', environment: 'dev', readOnly: true },
  ]
}
