import { z } from 'zod'
import { settings } from '../model/settings'
import { reads } from './base'

export const hostContract = {
  info: reads.output(
    z.object({
      kind: z.enum(['desktop', 'web']),
      version: z.string(),
      /** True when it runs on its own throwaway server. */
      sandbox: z.boolean(),
      dataDir: z.string(),
    }),
  ),
  settings: reads.output(settings),
  saveSettings: reads.input(settings.partial()).output(settings),
}
