// `sluice-x.y.z.tgz`, as npm and npx install it. npm gives all files the same time, so the same build makes the same bytes.
import { npm } from './npm.mjs'

export function packTarball({ staged, output }) {
  npm(['pack', '--pack-destination', output], staged)
}
