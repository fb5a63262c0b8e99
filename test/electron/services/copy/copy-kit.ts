import type { Bytes } from '../../../../shared/bytes'
import type { Job } from '../../../../shared/model/job'
import type { CopyPlan, CopyRequest } from '../../../../shared/model/stream-copy'
import { walked, type Sluice } from '../recovery/recovery-kit'

export interface Asked extends Partial<Omit<CopyRequest, 'from'>> {
  readonly from?: Bytes
  /** Of the source; the Sluice's own where it is left out. */
  readonly fromConnection?: string
  /** The target and its connection. */
  readonly to?: Bytes
  readonly toConnection?: string
}

type Api = Pick<Sluice, 'api' | 'connectionId' | 'finished'>

export async function planCopy({ api, connectionId }: Api, asked: Asked = {}): Promise<CopyPlan> {
  const { from = 'orders', fromConnection = connectionId, to = 'copies', toConnection = connectionId, ...rest } = asked
  const plain = { choice: {}, ids: 'new', provenance: false, pace: { kind: 'fast' } } as const
  const request = { ...plain, ...rest, from: { connectionId: fromConnection, key: from } }
  return (await walked(api.copy.plan({ connectionId: toConnection, key: to, ...request }))).ready.plan
}

export function startCopy({ api }: Pick<Api, 'api'>, { connectionId, key, id }: CopyPlan): Promise<Job> {
  return api.copy.run({ connectionId, key, planId: id })
}

/** Plans, runs, and gives the job at its end. */
export async function copy(sluice: Api, asked: Asked = {}): Promise<Job> {
  return sluice.finished(await startCopy(sluice, await planCopy(sluice, asked)))
}
