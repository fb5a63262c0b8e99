import { resolve } from 'node:path'
import type { ConnectionArguments } from '../host/outside/connection-arguments'
import { saidAgain } from '../host/outside/said-again'
import type { Flags } from './values'

/**
 * The words by which another call of Sluice, from the same shell, is led to the same connection and the same journal: those of this
 * call, without a password. Null: it stands where it can't be taken out.
 */
export function wayTo(
  named: ConnectionArguments,
  addresses: readonly string[],
  flags: Flags,
): readonly string[] | null {
  const way = saidAgain(named, addresses)
  const [connection, dir] = [flags.text('connection'), flags.text('data-dir')]
  return (
    way && [
      ...(connection === undefined ? [] : ['--connection', connection]),
      ...way,
      ...(dir === undefined ? [] : ['--data-dir', resolve(dir)]),
    ]
  )
}
