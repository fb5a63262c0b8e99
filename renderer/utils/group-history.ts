import type { GroupSample } from '../../shared/judgement/rates'

const MOST_SAMPLES = 30

/** The samples with one more at the end; the oldest go. */
export function withSample(samples: readonly GroupSample[], sample: GroupSample): readonly GroupSample[] {
  return [...samples.slice(1 - MOST_SAMPLES), sample]
}
