import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createRouterClient } from '@orpc/server'
import type { Caller } from '../../shared/model/who'
import { cliWords } from '../../shared/words/en/cli-words'
import { outsideWords } from '../../shared/words/en/outside-words'
import { askHidden } from '../host/ask-hidden'
import { usualDirs } from '../host/data-dir'
import { DECODER_FILE } from '../host/decoder-file'
import { createOutputFile } from '../host/output-file'
import { openHostBackend } from '../host/host-backend'
import { createLogger } from '../host/logger'
import { namesConnection, showsPassword } from '../host/outside/given-by-arguments'
import { readGiven } from '../host/outside/read-given'
import { wipeArguments } from '../host/outside/wipe-arguments'
import { readPassphrase } from '../host/read-passphrase'
import { inMemory, passphraseFile } from '../host/secrets-store'
import { stageFile } from '../host/stage-file'
import { UsageError } from '../host/usage-error'
import { whoRunsThis } from '../host/who-runs-this'
import type { Api, Ask, Call } from './call'
import { createConnector } from './connector'
import { readName } from './names'
import type { Parsed } from './parse'
import type { Print } from './print/print'
import { visible } from './print/visible'
import { shellWord } from './shell-word'
import { wayTo } from './way-to'

export interface Session {
  readonly call: Call
  /** Ends jobs between two batches, and closes everything. */
  close(): Promise<void>
}

interface SessionOptions {
  readonly parsed: Parsed
  readonly env: NodeJS.ProcessEnv
  /** See `Terminal`. */
  readonly program: readonly string[]
  readonly print: Print
  readonly out: NodeJS.WriteStream
  readonly input: NodeJS.ReadStream
  readonly signal: AbortSignal
  readonly stop: AbortSignal
  readonly ask: Ask
}

/** redis-cli's own. */
const USUAL_ADDRESS = '127.0.0.1:6379'

/** The host behind one command: the same services, guard and journal as behind a window. Throws `UsageError`. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { parsed, env, program, print, out, input, signal, stop, ask } = options
  const { flags, command, arguments: named, addresses, args } = parsed
  const needs = command.kind === 'host' ? command.check?.(args) : undefined
  const wanted = flags.text('connection')
  const isAddressed = namesConnection(named, addresses)
  if (wanted !== undefined && isAddressed) throw new UsageError(cliWords.connectionOrAddress)
  const isByUrl = (env.REDIS_URL ?? '').trim() !== ''
  const goesWithoutSaying = wanted === undefined && !isAddressed && !isByUrl
  const given = await readGiven({
    arguments: named,
    addresses: goesWithoutSaying && needs?.onlyNamed !== true ? [USUAL_ADDRESS] : addresses,
    env,
  })
  if (showsPassword(named, addresses)) {
    wipeArguments()
    print.note(`sluice: ${outsideWords.seenByOthers}`)
  }
  const dir = flags.text('data-dir')
  const dataDir = dir === undefined ? null : resolve(dir)
  const log = createLogger({ to: 2, env: { ...env, SLUICE_LOG: env.SLUICE_LOG ?? 'fatal' } })
  const secrets = await readPassphrase({
    file: named.own.passphraseFile ?? null,
    ask:
      (wanted !== undefined || flags.has('to-connection') || needs?.opensSaved === true) &&
      print.canAsk &&
      existsSync(passphraseFile(dataDir ?? usualDirs(env).data))
        ? 'known'
        : 'no',
    env,
  })
  const backend = await openHostBackend({
    ...{ kind: 'web', sandbox: null, dataDir, given, log },
    readOnly: flags.has('read-only'),
    secrets: secrets ?? inMemory(),
    // Nothing here saves a value to a file.
    saveFile: () => Promise.resolve({ outcome: { kind: 'cancelled' }, done: Promise.resolve() }),
    openFile: createOutputFile(out, flags.text('out')),
    walkFrom: needs?.stays === true ? 'opened' : 'followed',
    door: 'command-line',
    decoderFile: DECODER_FILE,
  })
  const as = (caller: Caller): Api => createRouterClient(backend.router, { context: { caller } })
  const api = as(whoRunsThis())
  const connector = createConnector({
    ...{ api, print, signal, wanted, opens: given.opens },
    isNamed: isAddressed || wanted !== undefined,
    password: async (name) => (await askHidden([visible(cliWords.password(name))]))[0] ?? '',
  })
  const word = (at: number): string => args[at] ?? ''
  const expected = command.args
  const way = wayTo(named, addresses, flags)
  return {
    call: {
      ...{ flags, print, api, as, signal, stop, ask, word },
      line: (words) => way && [...program, ...words, ...way].map(shellWord).join(' '),
      name: (at) => readName((expected[at] ?? '').replace('?', ''), word(at), flags.has('quoted')),
      stage: (path, key, choice) =>
        stageFile(path === '-' ? input : path, backend.dataDir, key, { ...choice, signal: stop }),
      ...connector,
    },
    close: () => backend.close(),
  }
}
