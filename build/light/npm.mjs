import { spawnSync } from 'node:child_process'

/** Runs npm, whichever it is that runs this, and gives what it printed. It runs no script of anybody's, and asks no registry. */
export function npm(args, cwd) {
  const own = process.env.npm_execpath
  const [command, ...before] = own ? [process.execPath, own] : ['npm']
  const quietly = ['--ignore-scripts', '--offline', '--loglevel=error']
  const { status, stdout, error } = spawnSync(command, [...before, ...args, ...quietly], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64_000_000,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: !own && process.platform === 'win32',
  })
  if (status !== 0) throw error ?? new Error(`npm ${args[0]} ended with ${status}`)
  return stdout
}
