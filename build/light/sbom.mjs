// What is bundled, with version, licence and checksum, for those who look for what is known to be unsafe (CycloneDX).
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nameOf, productionPackages } from '../notices.mjs'
import { npm } from './npm.mjs'

export function writeSbom({ root, output, facts }) {
  // `--omit=dev` leaves out what a tool needs as well, vue and zod among them: all are asked for, and the tools taken out here.
  const all = JSON.parse(
    npm(['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'], root),
  )
  const wanted = new Set(productionPackages(root).map(([path, { version }]) => `${nameOf(path)}@${version}`))
  const isWanted = (reference) => wanted.has(reference.replace(/^.*\|/, ''))
  const bom = {
    ...all,
    // npm takes the folder's name for it.
    metadata: { ...all.metadata, component: { ...all.metadata.component, name: 'sluice' } },
    components: all.components.filter((one) => isWanted(one['bom-ref'])),
    dependencies: all.dependencies
      .filter(({ ref }) => isWanted(ref) || ref === all.metadata.component['bom-ref'])
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isWanted) })),
  }
  const found = new Set(bom.components.map((one) => one['bom-ref'].replace(/^.*\|/, '')))
  const missing = [...wanted].filter((one) => !found.has(one))
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(', ')}`)
  writeFileSync(join(output, `sluice-${facts.version}.cdx.json`), `${JSON.stringify(bom, null, 2)}\n`)
}
