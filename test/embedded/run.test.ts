import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** A project whose package `node` is this Node, as its script puts it there. */
function makeProject(): string {
  const folder = temporaryFolder();
  const write = (path: string, content: unknown) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const name = 'project';
  const dependencies = { node: '1.0.0' };
  const packages = { 'node_modules/node': { version: '1.0.0', hasInstallScript: true, bin: { node: 'bin/node' } } };
  write('package.json', { name, dependencies, allowScripts: { node: true } });
  write('package-lock.json', { name, lockfileVersion: 3, packages: { '': { name, dependencies }, ...packages } });
  write('node_modules/.package-lock.json', { name, lockfileVersion: 3, packages });
  const scripts = { preinstall: 'node make.cjs' };
  write('node_modules/node/package.json', { name: 'node', version: '1.0.0', scripts, bin: { node: 'bin/node' } });
  write(
    'node_modules/node/make.cjs',
    `require('node:fs').mkdirSync('bin', { recursive: true });
     require('node:fs').symlinkSync(${JSON.stringify(process.execPath)}, 'bin/node');`,
  );
  write('hello.mjs', `console.log('hello', process.argv[2]);`);
  mkdirSync(join(folder, 'embedded'));
  copyFileSync(join(import.meta.dirname, '../../embedded/run.mjs'), join(folder, 'embedded/run.mjs'));
  return folder;
}

it('makes the Node of the project where the packages are there without it, as after npm install --ignore-scripts', () => {
  const folder = makeProject();
  const run = () =>
    spawnSync(process.execPath, ['embedded/run.mjs', 'hello.mjs', 'there'], { cwd: folder, encoding: 'utf8' });
  const first = run();
  expect([first.status, first.stdout], first.stderr).toEqual([0, 'hello there\n']);
  expect(first.stderr).toContain('installing packages');
  expect(existsSync(join(folder, 'node_modules/.bin/node'))).toBe(true);
  expect(run()).toMatchObject({ status: 0, stdout: 'hello there\n', stderr: '' });
});
