import { defineStore } from 'pinia'
import type { Group } from '../../shared/model/group'
import { api } from '../api/client'
import { createResources } from './resources'
import { streamTargetKey, type StreamTarget } from './targets'

/** Counting a lag means reading up to ten thousand entries. */
const read =
  (countLag: boolean) =>
  ({ connectionId, key }: StreamTarget, signal: AbortSignal): Promise<readonly Group[]> =>
    api().group.list({ connectionId, key, countLag }, { signal })

/**
 * The groups of the streams looked at, with their lag counted where the ids alone don't tell it; before that, as far as it
 * is known.
 */
export const useGroups = defineStore('groups', () => createResources(streamTargetKey, read(true), read(false)))
