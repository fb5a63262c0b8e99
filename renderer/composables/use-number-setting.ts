import { computed, type WritableComputedRef } from 'vue'
import type { Settings } from '../../shared/model/settings'
import { useSettings } from '../stores/settings'
import { useSaveSettings } from './use-save-settings'

type NumberSetting = { [Name in keyof Settings]: number extends Settings[Name] ? Name : never }[keyof Settings]

/** A setting as a number field has it, in units of so many; what is no number (null) is not kept. */
export function useNumberSetting(name: NumberSetting, unit = 1): WritableComputedRef<number | null> {
  const settings = useSettings()
  const save = useSaveSettings()
  return computed({
    get: () => Math.round(settings.settings[name] / unit),
    set: (value) => {
      if (value !== null && value * unit !== settings.settings[name]) void save({ [name]: value * unit })
    },
  })
}
