import { builtinModules } from 'node:module'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type EnvironmentOptions } from 'vite'
import { MODULE_DEFINES, withoutCompiled } from './build/bundled-ssh2'

const nodeModules = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)]

/** A bundle that runs in Node or Electron and carries its libraries, so that the package needs no node_modules. */
function nodeBundle(entry: Record<string, string>, outDir: string, format: 'es' | 'cjs'): EnvironmentOptions {
  return {
    consumer: 'server',
    ...(format === 'es' ? { define: MODULE_DEFINES } : {}),
    resolve: { noExternal: true, external: ['electron', ...nodeModules], builtins: ['electron', ...nodeModules] },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      minify: false,
      target: 'node20',
      sourcemap: true,
      rolldownOptions: {
        input: entry,
        output: {
          format,
          entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
          // Beside the entry: what a chunk finds by its own place, it finds from there.
          chunkFileNames: '[name]-[hash].js',
          codeSplitting: format !== 'cjs',
        },
      },
    },
  }
}

export default defineConfig({
  root: 'renderer',
  base: './',
  publicDir: false,
  plugins: [vue(), withoutCompiled()],
  builder: {
    sharedConfigBuild: true,
    async buildApp(builder) {
      for (const name of ['client', 'main', 'preload', 'server', 'decoder']) {
        const environment = builder.environments[name]
        if (environment) await builder.build(environment)
      }
    },
  },
  environments: {
    client: {
      build: {
        outDir: '../out/renderer',
        emptyOutDir: true,
        rolldownOptions: {
          output: {
            codeSplitting: {
              groups: [
                // A group takes what its modules import as well, so what the first screen needs comes first.
                { name: 'vendor', test: /node_modules[\\/](?!(?:echarts|zrender|vue-echarts)[\\/])/, priority: 1 },
                { name: 'echarts', test: /node_modules/ },
              ],
            },
          },
        },
      },
    },
    main: nodeBundle({ main: 'electron/desktop/main.ts' }, '../out/main', 'es'),
    preload: nodeBundle({ preload: 'electron/desktop/preload.ts' }, '../out/preload', 'cjs'),
    server: nodeBundle({ cli: 'electron/sluice.ts' }, '../out/server', 'es'),
    // One file, which a host starts as a thread by its text.
    decoder: nodeBundle({ decoder: 'electron/services/decoding/worker.ts' }, '../out/decoder', 'cjs'),
  },
})
