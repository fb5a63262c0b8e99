import { defineStore } from 'pinia'
import { bytesKey, type Bytes } from '../../shared/bytes'
import type { GivenSchema } from '../../shared/decode/decoders'
import type { DecoderId } from '../../shared/decode/ids'
import type { FieldDecoding } from '../../shared/model/settings'
import { useSettings } from './settings'
import type { StreamTarget } from './targets'

/** How a field is read: as a person chose, else as is found out. */
export interface DecodeWay {
  readonly as: DecoderId | 'auto'
  readonly schema: GivenSchema | null
}

const MOST = 200
/** Of all schemas together, in characters: they are saved in one message. */
const MOST_SCHEMAS = 400_000
const AUTO: DecodeWay = { as: 'auto', schema: null }

/** What was chosen by stream and field, remembered among the settings: the latest of it. */
export const useDecodings = defineStore('decodings', () => {
  const settings = useSettings()

  const isOf = ({ connectionId, key, field }: FieldDecoding, target: StreamTarget, name: Bytes): boolean =>
    connectionId === target.connectionId && bytesKey(key) === bytesKey(target.key) && bytesKey(field) === bytesKey(name)

  return {
    of(target: StreamTarget, name: Bytes): DecodeWay {
      return settings.settings.decodings.find((each) => isOf(each, target, name)) ?? AUTO
    },
    /** Takes effect at once. Throws where the host can't keep it. */
    choose(target: StreamTarget, name: Bytes, { as, schema }: DecodeWay): Promise<void> {
      const others = settings.settings.decodings.filter((each) => !isOf(each, target, name))
      const { connectionId, key } = target
      const all = as === 'auto' ? others : [...others, { connectionId, key, field: name, as, schema }]
      return settings.save({ decodings: latest(all) })
    },
  }
})

function latest(all: readonly FieldDecoding[]): FieldDecoding[] {
  let room = MOST_SCHEMAS
  const kept = all.slice(-MOST).toReversed()
  return kept
    .filter(({ schema }) => {
      room -= schema?.text.length ?? 0
      return room >= 0
    })
    .toReversed()
}
