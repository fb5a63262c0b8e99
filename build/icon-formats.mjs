// The icon containers of Windows and macOS, made of pictures that were rendered elsewhere.

/** @typedef {{ size: number, png: Buffer, rgba: Buffer }} Picture `rgba`: rows from the top, alpha not multiplied in. */

const LARGEST_BITMAP = 128

/**
 * An .ico (https://learn.microsoft.com/windows/win32/menurc/newheader). Sizes up to 128 are bitmaps, since not everything
 * that reads icons, installers above all, knows PNG inside; 256 is a PNG, as everybody does it.
 */
export function encodeIco(pictures) {
  const images = pictures.map((picture) => (picture.size > LARGEST_BITMAP ? picture.png : encodeBitmap(picture)))
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(pictures.length, 4)
  let offset = header.length
  pictures.forEach(({ size }, index) => {
    const entry = 6 + 16 * index
    header.writeUInt8(size % 256, entry)
    header.writeUInt8(size % 256, entry + 1)
    header.writeUInt16LE(1, entry + 4)
    header.writeUInt16LE(32, entry + 6)
    header.writeUInt32LE(images[index].length, entry + 8)
    header.writeUInt32LE(offset, entry + 12)
    offset += images[index].length
  })
  return Buffer.concat([header, ...images])
}

/** A BITMAPINFOHEADER, the colours from the bottom row up as BGRA, and an empty mask: alpha says it all. */
function encodeBitmap({ size, rgba }) {
  const header = Buffer.alloc(40)
  header.writeUInt32LE(40, 0)
  header.writeInt32LE(size, 4)
  header.writeInt32LE(size * 2, 8) // colours and mask, one above the other
  header.writeUInt16LE(1, 12)
  header.writeUInt16LE(32, 14)
  const colours = Buffer.alloc(size * size * 4)
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = (y * size + x) * 4
      const to = ((size - 1 - y) * size + x) * 4
      colours[to] = rgba[from + 2]
      colours[to + 1] = rgba[from + 1]
      colours[to + 2] = rgba[from]
      colours[to + 3] = rgba[from + 3]
    }
  }
  const mask = Buffer.alloc(Math.ceil(size / 32) * 4 * size)
  return Buffer.concat([header, colours, mask])
}

/** Kinds of picture in an .icns, by size in pixels; the second of a size is the double-resolution one. */
const ICNS_KINDS = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic13', 256],
  ['ic09', 512],
  ['ic14', 512],
  ['ic10', 1024],
]

/** An .icns: PNGs, each after its kind and length (https://en.wikipedia.org/wiki/Apple_Icon_Image_format). */
export function encodeIcns(pictures) {
  const chunks = ICNS_KINDS.map(([kind, size]) => {
    const picture = pictures.find((one) => one.size === size)
    if (!picture) throw new Error(`an .icns needs a picture of ${size} pixels`)
    return chunk(kind, picture.png)
  })
  return chunk('icns', Buffer.concat(chunks))
}

function chunk(kind, data) {
  const head = Buffer.alloc(8)
  head.write(kind, 'latin1')
  head.writeUInt32BE(data.length + head.length, 4)
  return Buffer.concat([head, data])
}
