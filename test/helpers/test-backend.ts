import { pino } from 'pino'
import { builtDecoder } from './built-decoder'
import { createDownloads } from '../../electron/web/downloads'
import { createBackend, type Backend } from '../../electron/api/backend'
import type { BackendOptions } from '../../electron/api/backend-options'

/**
 * The backend of a web host on this directory. A lost connection comes back at once, not after a quarter of a second; and no
 * command is sent but what a test asks for, so that faults strike what they are meant for. Commands are not noted, which tests of
 * some thousand of them each would pay for.
 */
export function createTestBackend(
  dataDir: string,
  { log = pino({ level: 'silent' }), timings, ...options }: Partial<Omit<BackendOptions, 'dataDir'>> = {},
): Promise<Backend> {
  const host = { kind: 'web', version: '0.0.0', dataDir, sandbox: false } as const
  return createBackend({
    ...host,
    log,
    saveFile: createDownloads().save,
    decoderFile: builtDecoder,
    walkFrom: 'followed',
    claimLooksMs: [],
    notesCommands: false,
    timings: { reconnectMs: 20, ...timings },
    ...options,
  })
}
