import { defineStore } from 'pinia'
import type { Stream } from '../../shared/model/stream'
import { api } from '../api/client'
import { createResources } from './resources'
import { streamTargetKey, type StreamTarget } from './targets'

/** XINFO STREAM of the streams looked at. */
export const useStreamInfo = defineStore('stream-info', () =>
  createResources<StreamTarget, Stream>(streamTargetKey, ({ connectionId, key }, signal) =>
    api().stream.info({ connectionId, key }, { signal }),
  ),
)
