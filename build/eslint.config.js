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

const anyAllowed = Object.fromEntries(
  ['argument', 'assignment', 'call', 'member-access', 'return'].map((name) => [
    `@typescript-eslint/no-unsafe-${name}`,
    'off',
  ]),
)

export default defineConfig(
  { ignores: ['out/', 'dist/', 'shots/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { ...globals.node, requestAnimationFrame: 'readonly' } },
  },
  {
    files: ['**/*.{ts,vue}'],
    extends: [ts.configs.strict, vue.configs['flat/recommended'], prettier],
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
  // Not in components: TypeScript's program is made anew for each, which takes longer than all the rest of the check.
  {
    files: ['**/*.ts'],
    extends: [ts.configs.strictTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: `${import.meta.dirname}/..` } },
    rules: {
      // Numbers read well in a template; the rest of what the rule forbids does not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // It trusts what was known before an `await`; a flag that another task sets meanwhile is "always false" to it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Nothing here is an enum, and hardly anything a class: a fifth of the time, for nothing.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Nothing here uses `this`: functions, not classes.
      '@typescript-eslint/unbound-method': 'off',
      // A literal beside `string` ('$' | string) tells the reader something.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
    },
  },
  {
    // What a test forgets to wait for is looked for here as well; what it does with an `any` shows when it runs, and takes
    // as long to look for as all the rest.
    files: ['test/**/*.ts'],
    rules: {
      ...anyAllowed,
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
  // The linter's TypeScript can't read components, so all that comes from one is of unknown type to it; not to vue-tsc.
  { files: ['renderer/main.ts'], rules: anyAllowed },
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
