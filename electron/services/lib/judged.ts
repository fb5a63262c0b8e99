import type { Bytes } from '../../../shared/bytes'
import type { SeenStream } from '../../../shared/judgement/alerts/sight'
import type { Trouble } from '../../../shared/judgement/alerts/trouble'

/** What is wrong on a connection as it was judged last, and what each stream was like that it rests on. */
export interface Judgement {
  /** What matters most first. */
  readonly troubles: readonly Trouble[]
  readonly seen: (key: Bytes) => SeenStream
}
