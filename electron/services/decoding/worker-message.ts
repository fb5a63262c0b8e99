import type { DecodeLimits } from '../../../shared/decode/budget'
import type { Decoded, DecodeRequest } from '../../../shared/decode/chain'

/** What the host and its thread send each other. */
export interface WorkerTask {
  readonly number: number
  readonly request: Omit<DecodeRequest, 'tools'>
  readonly limits: DecodeLimits
}

/** The thread says that it waits for values: what it took to start is no value's fault. */
export type Ready = 'ready'

export interface Told {
  readonly number: number
  readonly decoded: Decoded
}
