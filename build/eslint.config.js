import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import { defineConfig } from 'eslint/config'
import globals from 'globals'
import ts from 'typescript-eslint'
import { hostWords } from './host-words.js'
import { pageWords } from './page-words.js'

const NODE_AND_DOM = [
  'window',
  'document',
  'navigator',
  'location',
  'localStorage',
  'process',
  'Buffer',
  'global',
  'require',
]

export default defineConfig(
  { ignores: ['out/', 'dist/', 'shots/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { ...globals.node, requestAnimationFrame: 'readonly' } },
  },
  {
    // What takes types to tell, oxlint.jsonc asks.
    files: ['**/*.{ts,vue}'],
    extends: [ts.configs.strict],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      // TypeScript knows what is defined.
      'no-undef': 'off',
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  { files: ['**/*.vue'], extends: [vue.configs['flat/recommended'], prettier] },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  pageWords,
  {
    files: [
      'electron/{services,redis,api,cli}/**/*.ts',
      'electron/{desktop,web,host,sandbox}/*.ts',
      'shared/*.ts',
      'shared/{model,contract,judgement,format}/**/*.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...hostWords] },
  },
  {
    files: ['shared/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...NODE_AND_DOM.map((name) => ({ name, message: 'shared/ runs in Node and in the page' })),
      ],
    },
  },
)
