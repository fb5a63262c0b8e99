import type { WorkloadTarget } from '../redis/workload-client'
import type { ConnectionProfile } from '../../shared/model/connection'

/** The sandbox's server, saved three times: free to try, as production asks for care, and refusing every change. */
export function sandboxProfiles({ host, port }: WorkloadTarget): readonly ConnectionProfile[] {
  const server = { endpoint: { kind: 'tcp', host, port }, username: '', db: 0, tls: null } as const
  return [
    { ...server, name: 'Sandbox', color: 'teal', environment: 'dev', readOnly: false },
    { ...server, name: 'Sandbox as production', color: 'red', environment: 'prod', readOnly: false },
    { ...server, name: 'Sandbox, read-only', color: 'slate', environment: 'dev', readOnly: true },
  ]
}
