// The application's icon in every size and format that the platforms want, rendered from the one drawing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { encodeIcns, encodeIco } from './icon-formats.mjs'

const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512]
const ICO_SIZES = [16, 20, 24, 32, 40, 48, 64, 128, 256]
const ICNS_SIZES = [16, 32, 64, 128, 256, 512, 1024]

/** Writes `linux/NxN.png`, `icon.ico` and `icon.icns` to `directory`. */
export function renderIcons(drawing, directory) {
  const svg = readFileSync(drawing, 'utf8')
  const render = (source, sizes) => sizes.map((size) => renderPicture(source, size))
  mkdirSync(join(directory, 'linux'), { recursive: true })
  for (const { size, png } of render(svg, LINUX_SIZES)) writeFileSync(join(directory, `linux/${size}x${size}.png`), png)
  writeFileSync(join(directory, 'icon.ico'), encodeIco(render(svg, ICO_SIZES)))
  writeFileSync(join(directory, 'icon.icns'), encodeIcns(render(withMargin(svg), ICNS_SIZES)))
}

function renderPicture(svg, size) {
  const image = new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render()
  return { size, png: image.asPng(), rgba: unmultiply(image.pixels) }
}

/** The renderer gives colours with their alpha multiplied in. */
function unmultiply(pixels) {
  const rgba = Buffer.from(pixels)
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3]
    if (alpha === 0 || alpha === 255) continue
    for (let channel = at; channel < at + 3; channel += 1) {
      rgba[channel] = Math.min(255, Math.round((rgba[channel] * 255) / alpha))
    }
  }
  return rgba
}

/** macOS draws no icon to the edge: the tile takes 824 of 1024 pixels, as in Apple's own template. */
function withMargin(svg) {
  const inner = svg.replace('<svg ', '<svg x="100" y="100" width="824" height="824" ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024">${inner}</svg>`
}
