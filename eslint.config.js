import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import ts from 'typescript-eslint';

const drivers = ['typeorm', 'pg', 'ioredis', 'mjml', 'handlebars', 'nodemailer'];
const none = ['@nestjs/*', 'pino', 'pino-*', 'nestjs-pino', '@opentelemetry/*', 'fastify'];
/** The outside packages that a layer may not import; which driver an adapter may is in its own folder's rule below. */
const not = (...names) => ({ bannedExternalImports: names });
const adapterDriver = (folder, ...own) => ({
  files: [`libs/${folder}/src/**/*.ts`],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: drivers.filter((name) => !own.includes(name)).flatMap((name) => [name, `${name}/*`]),
            message: 'An adapter imports its own driver only.',
          },
        ],
      },
    ],
  },
});

export default ts.config(
  { ignores: ['**/dist', '**/out-tsc', '**/coverage', '**/node_modules', '.nx', '.local'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          allow: [],
          depConstraints: [
            { sourceTag: 'layer:domain', onlyDependOnLibsWithTags: ['layer:domain'], ...not(...drivers, ...none) },
            { sourceTag: 'layer:migration', onlyDependOnLibsWithTags: ['layer:migration'] },
            {
              sourceTag: 'layer:adapter',
              onlyDependOnLibsWithTags: ['layer:domain', 'layer:migration', 'layer:testing'],
              ...not('pino', 'pino-*', 'nestjs-pino', 'fastify'),
            },
            {
              sourceTag: 'layer:runtime',
              onlyDependOnLibsWithTags: ['layer:domain', 'layer:adapter', 'layer:testing'],
              ...not(...drivers),
            },
            {
              sourceTag: 'layer:app',
              // Of the console an app serves the built files; there is nothing to import.
              onlyDependOnLibsWithTags: ['layer:domain', 'layer:adapter', 'layer:runtime', 'layer:testing', 'layer:console'],
              ...not(...drivers),
            },
            // Runs in a browser, and asks the HTTP API alone: of the client it has the types.
            { sourceTag: 'layer:console', onlyDependOnLibsWithTags: ['layer:client'], ...not(...drivers, ...none) },
            { sourceTag: 'layer:testing', onlyDependOnLibsWithTags: ['layer:domain'] },
            // Published: only its specs know the rest, and the rule below holds the others to that.
            {
              sourceTag: 'layer:client',
              onlyDependOnLibsWithTags: ['layer:domain', 'layer:testing'],
              ...not(...drivers.filter((name) => name !== 'ioredis'), ...none.filter((name) => name !== '@opentelemetry/*')),
            },
            {
              sourceTag: 'layer:tool',
              onlyDependOnLibsWithTags: ['layer:domain', 'layer:adapter', 'layer:runtime', 'layer:testing', 'layer:client', 'layer:tool'],
            },
          ],
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  adapterDriver('persistence', 'typeorm', 'pg'),
  adapterDriver('stream', 'ioredis'),
  adapterDriver('templates', 'mjml', 'handlebars'),
  adapterDriver('provider'),
  {
    files: ['libs/{domain,persistence,templates,provider,runtime,stream}/src/**/*.ts', 'apps/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "ImportDeclaration[source.value='@mail/testing']", message: 'libs/testing is for specs only.' },
      ],
    },
  },
  {
    files: ['libs/client/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@mail/*', 'ioredis'], message: 'The client is published alone: it has nothing but peers that may be absent.' },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/console/src/**/*.{ts,tsx}'],
    ignores: ['**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@mail/*'], allowTypeImports: true, message: 'The console has the types of the client; its code is for Node.' },
            { group: ['node:*'], message: 'The console runs in a browser.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/no-misused-promises': 'error' },
  },
  prettier,
);
