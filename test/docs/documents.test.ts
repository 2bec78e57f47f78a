import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HTTP_CODES, problem, toGrpcStatus } from '../../api/errors.ts';
import { status } from '@grpc/grpc-js';
import { describeSettings } from '../../config.ts';
import { FAILURE_REASONS } from '../../domain/failure-reason.ts';
import { Failure, FAILURE_CODES } from '../../domain/failures.ts';
import { codeIn, readDocument, readDocuments, ROOT, tableUnder } from './documents.ts';

const documents = readDocuments();

describe('the README', () => {
  it('names every setting with its default, and no other', () => {
    const told = tableUnder('Configuration', readDocument('README.md')).map(([name = '', standard = '']) => ({
      name: codeIn(name)[0],
      standard: codeIn(standard)[0],
    }));
    const byName = (one: { name: string | undefined }, other: { name: string | undefined }) =>
      (one.name ?? '').localeCompare(other.name ?? '');
    expect(told.sort(byName)).toEqual(describeSettings().sort(byName));
  });

  it('names every folder and every program at the root in its layout', () => {
    const [, layout = ''] = /## Layout\n\n```\n([\s\S]*?)```/.exec(readDocument('README.md').text) ?? [];
    const named = layout.match(/[\w*.-]+(?:\.ts|\/)/g)?.map((name) => new RegExp(`^${name.replace('*', '.*')}$`)) ?? [];
    const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
    const folders = tracked.filter((path) => path.includes('/')).map((path) => path.replace(/\/.*/, '/'));
    const programs = tracked.filter((path) => /^[\w-]+(?<!\.config)\.ts$/.test(path));
    const wanted = new Set([...folders, ...programs].filter((name) => !name.startsWith('.')));
    expect([...wanted].filter((name) => !named.some((one) => one.test(name)))).toEqual([]);
  });

  it('does not say that what is there is missing', () => {
    const [, missing = ''] = readDocument('README.md').text.split('## What is there, and what not yet');
    expect(missing).toContain('activities/ports.ts');
    expect(missing).not.toMatch(/authenti|TLS|Not yet:/i);
  });
});

interface LintConfig {
  readonly rules?: {
    'boundaries/dependencies'?: [string, { policies: Policy[] }];
  };
}

interface Policy {
  readonly from: { element: { type: string } };
  readonly allow: { to: { element: { type: string | string[] } }; dependency?: { kind: 'type' } };
}

describe('CONTRIBUTING.md', () => {
  it('says what each folder may import as the linter has it', async () => {
    const file = pathToFileURL(join(ROOT, 'eslint.config.js')).href;
    const { default: lint } = (await import(file)) as { default: LintConfig[] };
    const policies = lint.flatMap(({ rules }) => rules?.['boundaries/dependencies']?.[1].policies ?? []);
    const checked = policies.map(({ from, allow: { to, dependency } }) => ({
      folder: from.element.type,
      mayImport: [to.element.type].flat().filter((name) => name !== from.element.type),
      typesOnly: dependency?.kind === 'type',
    }));
    const told = tableUnder('Layout and imports', readDocument('CONTRIBUTING.md'))
      .filter(([folders = '']) => !folders.startsWith('process files'))
      .flatMap(([folders = '', names = '']) =>
        codeIn(folders).flatMap((folder) =>
          names
            .split('; types only of ')
            .map((list, index) => ({ folder, mayImport: codeIn(list), typesOnly: index > 0 })),
        ),
      );
    const byFolder = (one: { folder: string }, other: { folder: string }) => one.folder.localeCompare(other.folder);
    expect(told.sort(byFolder)).toEqual(checked.sort(byFolder));
  });
});

describe('the list of errors', () => {
  const errors = readDocument('docs/errors.md');

  it('names every code with what REST and gRPC answer', () => {
    const told = tableUnder('Codes', errors).map(([code = '', rest = '', grpc = '']) => [
      codeIn(code)[0],
      rest,
      codeIn(grpc)[0],
    ]);
    const answered = FAILURE_CODES.map((code) => [
      code,
      String(problem(code, '').status),
      status[toGrpcStatus(new Failure(code, '')).code ?? status.UNKNOWN],
    ]);
    const onlyRest = HTTP_CODES.map((code) => [code, String(problem(code, '').status), undefined]);
    expect(told.sort()).toEqual([...answered, ...onlyRest].sort());
  });

  it('names every reason of a cancelled order', () => {
    const told = tableUnder('Why an order was cancelled', errors).map(([reason = '']) => codeIn(reason)[0]);
    expect(told.sort()).toEqual([...FAILURE_REASONS].sort());
  });
});

describe.each(documents)('$path', ({ path, text }) => {
  it('links to files and headings that are there', () => {
    const prose = text.replace(/```[\s\S]*?```/g, '');
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target));
    const broken = links.filter((target) => {
      const [file = '', heading] = target.split('#');
      const found = file === '' ? join(ROOT, path) : join(ROOT, dirname(path), file);
      if (!existsSync(found)) return true;
      return heading !== undefined && !headingsOf(readFileSync(found, 'utf8')).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  it('names npm scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...text.matchAll(/npm run ([a-z][a-z-]*)/g)].map(([, name]) => name);
    expect(named.filter((name) => !Object.keys(scripts).includes(name ?? ''))).toEqual([]);
  });

  it('names no address of a registry and no folder of a machine', () => {
    expect(text).not.toMatch(/registry\.[a-z]|\/(home|root|Users|work|tmp)\//);
  });
});

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
