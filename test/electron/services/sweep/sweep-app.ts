import { createRouterClient } from '@orpc/server'
import type { SweepAction } from '../../../../shared/model/rule'
import { ANY_SWEEP } from '../../../helpers/any-sweep'
import { AS_ADMIN } from '../../../helpers/callers'
import { createTestBackend } from '../../../helpers/test-backend'

// Run by killed.test.ts: a Sluice in a process of its own that sweeps `app:*`, until it is killed.
const [dataDir = '', connectionId = '', action = ''] = process.argv.slice(2)
const backend = await createTestBackend(dataDir)
const api = createRouterClient(backend.router, { context: AS_ADMIN })
await api.connection.open({ connectionId })
const asked = { ...ANY_SWEEP, stream: 'app:?', connectionId, action: JSON.parse(action) as SweepAction }
for await (const step of await api.sweep.plan(asked)) {
  if (step.state !== 'ready') continue
  process.stdout.write('planned\n')
  const { id } = await api.sweep.run({ connectionId, planId: step.plan.id })
  for await (const job of await api.job.watch()) if (job.id === id && job.state !== 'running') break
}
await backend.close()
