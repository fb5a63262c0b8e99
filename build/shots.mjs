// `npm run shots`: every view of the sandbox, in both themes and two sizes, as pictures in shots/. `npm run shots -- group trim`
// takes those whose name begins so. A view that shows an error fails the run.
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const SHOTS = join(ROOT, 'shots')
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 640 },
]
const THEMES = ['light', 'dark']

const say = (line) => process.stdout.write(`${line}\n`)
/** The test kit is TypeScript; Vite reads it. */
const load = async (path) =>
  (await runnerImport(join(ROOT, path), { root: ROOT, configFile: false, logLevel: 'error' })).module

const [{ views }, { jobViews }, { launchChromium, openPage }, { startWebHost }] = await Promise.all(
  ['test/e2e/views.ts', 'test/e2e/job-views.ts', 'test/helpers/chromium.ts', 'test/helpers/web-host.ts'].map(load),
)

const asked = process.argv.slice(2)
const all = [...views, ...jobViews]
const chosen = all.filter(({ name }) => asked.length === 0 || asked.some((word) => name.startsWith(word)))
if (chosen.length === 0) throw new Error(`There is: ${all.map(({ name }) => name).join(', ')}`)
if (asked.length === 0) rmSync(SHOTS, { recursive: true, force: true })
mkdirSync(SHOTS, { recursive: true })

/** In each theme and size: the page follows both live, as it does for people. */
async function takeShots(page, name) {
  await page.mouse.move(0, 0)
  for (const viewport of SIZES) {
    for (const colorScheme of THEMES) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      // Charts are drawn one frame after the layout that they measure.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
      await page.screenshot({
        path: join(SHOTS, `${name}.${viewport.width}.${colorScheme}.png`),
        animations: 'disabled',
      })
    }
  }
  await page.setViewportSize(SIZES[0])
}

const host = await startWebHost(['--sandbox', '--static'])
const browser = await launchChromium()
const failed = []
try {
  const { page, close } = await openPage(browser, { baseURL: host.origin, viewport: SIZES[0] })
  await page.goto(host.launchUrl)
  await page.waitForURL(`${host.origin}/`)
  for (const { name, open } of chosen) {
    try {
      await open(page)
      await takeShots(page, name)
      say(`✓ ${name}`)
    } catch (error) {
      await page.screenshot({ path: join(SHOTS, `${name}.failed.png`) })
      failed.push(name)
      say(`✗ ${name}: ${error.message}`)
    }
  }
  await close()
} finally {
  await browser.close()
  await host.stop()
}
say(
  `${(chosen.length - failed.length) * SIZES.length * THEMES.length} pictures in ${SHOTS}${failed.length > 0 ? `; failed: ${failed.join(', ')}` : ''}`,
)
process.exitCode = failed.length > 0 ? 1 : 0
