import { join } from 'node:path'
import { z } from 'zod'
import { outsideWords } from '../../../shared/words/en/outside-words'
import type { AlertCommands, SendWebhook } from '../../services/alerts/send'
import { errorCode, readBounded } from '../outside/bounded-file'
import { command } from '../outside/command'
import { wrong } from '../outside/wrong'
import { allowedAddresses } from './allowed-addresses'
import { createAlertCommands } from './run-command'
import { createSendWebhook } from './send-webhook'

const NAME = 'alert-hooks.json'
const MOST_BYTES = 65_536
const schema = z.strictObject({
  allowAddresses: z.array(z.string().max(64)).max(100).default([]),
  /** By name: a program and its arguments. */
  commands: z
    .record(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,47}$/u), command)
    .refine((all) => Object.keys(all).length <= 20)
    .default({}),
})

export interface AlertHooks {
  readonly sendWebhook: SendWebhook
  readonly alertCommands: AlertCommands
}

/**
 * How this host tells alerts: by webhooks to public addresses, and to those that the owner of the machine allows in a file of his own,
 * which no page can write; and by the programs that are named there. Throws `UsageError` where others may read or write the file, or it makes no sense.
 */
export async function alertHooksOf(configDir: string): Promise<AlertHooks> {
  const { allowAddresses, commands } = await readOwnerFile(join(configDir, NAME))
  const allowed = allowedAddresses(allowAddresses)
  if (allowed === null) throw wrong(join(configDir, NAME), outsideWords.hooks.noAddress)
  return { sendWebhook: createSendWebhook({ allowed }), alertCommands: createAlertCommands(commands) }
}

async function readOwnerFile(file: string): Promise<z.infer<typeof schema>> {
  const found = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw wrong(file, outsideWords.fileNotRead(file, errorCode(error)))
  })
  if (found === undefined) return { allowAddresses: [], commands: {} }
  if (found === null) throw wrong(file, outsideWords.fileTooLarge(file, MOST_BYTES))
  if (!found.isPrivate && process.platform !== 'win32')
    throw wrong(file, outsideWords.hooks.notPrivate, outsideWords.hooks.chmod)
  const read = schema.safeParse(jsonOf(found.text))
  if (!read.success) throw wrong(file, outsideWords.hooks.noSense, outsideWords.hooks.example)
  return read.data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
