// `sluice-x.y.z.tgz`, as npm and npx install it. npm gives all files the same time, so the same build makes the same bytes.
import { spawnSync } from 'node:child_process'

/** Runs no script of anybody's, and asks no registry. */
export function packTarball(staged, output) {
  const npm = process.env.npm_execpath
  const [command, ...args] = npm ? [process.execPath, npm] : ['npm']
  const pack = ['pack', '--pack-destination', output, '--ignore-scripts', '--offline', '--loglevel=error']
  const { status, error } = spawnSync(command, [...args, ...pack], {
    cwd: staged,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: !npm && process.platform === 'win32',
  })
  if (status !== 0) throw error ?? new Error(`npm pack ended with ${status}`)
}
