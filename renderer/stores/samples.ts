import { defineStore } from 'pinia'
import type { Samples, SampleStep } from '../../shared/model/sample'
import { api } from '../api/client'
import { createResources } from './resources'
import { streamTargetKey, type StreamTarget } from './targets'

interface SamplesTarget extends StreamTarget {
  readonly stepMs: SampleStep
}

/** Length, pending and lag over the time watched. */
export const useSamples = defineStore('samples', () =>
  createResources<SamplesTarget, Samples>(
    (target) => `${streamTargetKey(target)} ${target.stepMs}`,
    ({ connectionId, key, stepMs }, signal) => api().stream.samples({ connectionId, key, stepMs }, { signal }),
  ),
)
