import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Which folders a folder may import from; imports go one way (docs/architecture.md). */
const MAY_IMPORT = {
  domain: [],
  telemetry: ['domain'],
  credentials: ['domain'],
  db: ['domain', 'telemetry'],
  activities: ['domain', 'db', 'telemetry'],
  events: ['domain', 'db', 'telemetry', 'credentials'],
  workflows: ['domain'],
  proto: [],
  api: ['domain', 'db', 'events', 'proto', 'telemetry', 'credentials'],
  settings: ['domain', 'credentials', 'events', 'api'],
  doctor: ['domain', 'db', 'activities', 'events', 'api', 'telemetry'],
  // Of api and db only what makes the first API key, before anybody may ask the server for one.
  cli: ['settings', 'domain', 'db', 'events', 'proto', 'api', 'embedded', 'doctor'],
  embedded: ['domain'],
  schemas: ['events', 'api'],
  web: ['embedded'],
  bench: ['settings', 'domain', 'db', 'activities', 'events', 'workflows', 'api', 'embedded', 'proto', 'web'],
  chaos: ['domain', 'db', 'proto', 'cli', 'embedded'],
  test: [
    'domain',
    'telemetry',
    'db',
    'activities',
    'events',
    'workflows',
    'api',
    'embedded',
    'proto',
    'cli',
    'bench',
    'schemas',
    'web',
    'chaos',
    'doctor',
    'settings',
  ],
};

/** A folder imports from itself, and only types across these borders. */
const TYPES_ONLY = { workflows: ['activities', 'db'] };

const element = (type) => ({ element: { type } });
const policies = Object.entries(MAY_IMPORT).flatMap(([from, to]) => [
  { from: element(from), allow: { to: element([from, ...to]) } },
  ...(TYPES_ONLY[from]
    ? [{ from: element(from), allow: { to: element(TYPES_ONLY[from]), dependency: { kind: 'type' } } }]
    : []),
]);

const SETTINGS = {
  group: ['**/config.ts', '**/settings/*.ts'],
  message: 'Only the process files read settings; they pass on what is needed.',
};
const NODE_BUILT_INS = { group: ['node:*'], message: 'This code runs without Node: in the workflow sandbox.' };
const INTERACTIVE_TRANSACTIONS = [
  {
    selector: 'CallExpression[callee.property.name=/^(begin|transaction|savepoint)$/]',
    message: 'One change is one statement (design rule 1); interactive transactions exist only in migrations.',
  },
  {
    selector: "CallExpression[callee.name='condition'] > ArrowFunctionExpression[async=true]",
    message: 'condition() with an async predicate never ends.',
  },
];

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      '.data/',
      '.cache/',
      'coverage/',
      'proto/gen/',
      'db/migrations/',
      'web/dist/',
      'web/api/openapi.d.ts',
      'web/vite.config.ts',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': ['error', ...INTERACTIVE_TRANSACTIONS],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-console': 'error',
    },
  },
  {
    files: ['config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['{db,activities,events,api,doctor}/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [SETTINGS] }] },
  },
  {
    files: ['{domain,workflows}/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [SETTINGS, NODE_BUILT_INS] }] },
  },
  {
    files: [
      'main.ts',
      'process.ts',
      'embedded/**/*.ts',
      'cli/**/*.ts',
      'bench/**/*.ts',
      'chaos/**/*.ts',
      'schemas/**/*.ts',
      'test/**/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['web/**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  { files: ['**/*.tsx'], rules: { '@typescript-eslint/no-unnecessary-condition': 'off' } },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.tsx'] } },
      'boundaries/elements': Object.keys(MAY_IMPORT).map((type) => ({
        type,
        pattern: `${type}/**`,
        partialMatch: false,
      })),
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        { default: 'disallow', policies, message: '{{from.type}} may not import {{to.type}}: imports go one way.' },
      ],
    },
  },
  {
    files: ['web/public/*.js', 'web/tracking/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: {
        document: 'readonly',
        localStorage: 'readonly',
        matchMedia: 'readonly',
        EventSource: 'readonly',
        Intl: 'readonly',
      },
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        URL: 'readonly',
      },
    },
  },
);
