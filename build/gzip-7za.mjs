#!/usr/bin/env node
// Compresses one file by gzip. Understands as much of 7-Zip's command line as electron-builder uses for a .tar.gz
// (`a … OUT IN`), so that it stands in for 7-Zip where that can't be fetched.
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

const [command, ...rest] = process.argv.slice(2)
const [output, input, ...more] = rest.filter((arg) => !arg.startsWith('-'))
if (command !== 'a' || !output?.endsWith('.gz') || !input || more.length > 0) {
  process.stderr.write('this 7-Zip makes one file into a .gz only\n')
  process.exit(2)
}
await pipeline(createReadStream(input), createGzip({ level: 9 }), createWriteStream(output))
