#!/usr/bin/env node
/**
 * Runs a TypeScript file on the project's own Node 24: `node embedded/run.mjs FILE.ts [args…]`.
 *
 * This is plain JavaScript without imports from node_modules, because it runs on whatever Node (18 or newer) the machine has,
 * before anything is installed. It installs the packages when they are missing or stale, then hands over.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const projectNode = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const stampFile = join(modules, '.steadfast-installed');
const lockDirectory = join(root, '.cache', 'install.lock');

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: node embedded/run.mjs FILE.ts [args…]');
  process.exit(2);
}

if (!isInstalled()) await installOnce();
const program = start(projectNode, [resolve(root, file), ...args]);
stopWithNpm(program.child);
process.exit(await program.ended);

function isInstalled() {
  if (!existsSync(projectNode)) return false;
  const fingerprint = packagesFingerprint();
  if (readText(stampFile) === fingerprint) return true;
  if (!matchesLockfile()) return false;
  writeFileSync(stampFile, fingerprint);
  return true;
}

function packagesFingerprint() {
  const hash = createHash('sha256');
  for (const name of ['package-lock.json', 'package.json']) hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

/** npm records what it installed, so an install by hand or by CI is recognised and not done twice. */
function matchesLockfile() {
  const record = readText(join(modules, '.package-lock.json'));
  if (record === undefined) return false;
  const wanted = JSON.parse(readText(join(root, 'package-lock.json'))).packages;
  const installed = JSON.parse(record).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

async function installOnce() {
  await acquireInstallLock();
  process.once('exit', () => rmSync(lockDirectory, { recursive: true, force: true }));
  if (!isInstalled()) await install();
  rmSync(lockDirectory, { recursive: true, force: true });
}

async function acquireInstallLock() {
  mkdirSync(dirname(lockDirectory), { recursive: true });
  for (let told = false; ; await sleep(300)) {
    try {
      mkdirSync(lockDirectory);
      writeFileSync(join(lockDirectory, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isLockStale()) rmSync(lockDirectory, { recursive: true, force: true });
    else if (!told) {
      console.error('waiting for another process that is installing packages…');
      told = true;
    }
  }
}

function isLockStale() {
  const owner = Number(readText(join(lockDirectory, 'pid')));
  try {
    // The owner writes its pid a moment after it made the directory.
    if (!owner) return Date.now() - statSync(lockDirectory).mtimeMs > 5_000;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

async function install() {
  console.error('installing packages…');
  // What was installed with --ignore-scripts lacks what the scripts of packages make, and this is all that is missing.
  if (matchesLockfile() && (await runScripts())) return;
  const options = ['--no-audit', '--no-fund', '--include=dev', '--loglevel=error'];
  const exact = npm(['ci', ...options], 'pipe');
  let said = '';
  exact.child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  let code = await exact.ended;
  // A registry mirror may lack packages for other platforms; npm ci then refuses a lock file that npm install can use.
  if (said.includes('EUSAGE')) code = await npm(['install', '--no-save', ...options], 2).ended;
  else process.stderr.write(said);
  if (code === 0 && existsSync(projectNode)) {
    writeFileSync(stampFile, packagesFingerprint());
    return;
  }
  // npm does not run the scripts of packages that are there already.
  if (code === 0 && (await runScripts())) return;
  console.error(
    [
      `The packages could not be installed: npm ended with code ${code}.`,
      'What to do: see what npm says above; check that this machine reaches its npm registry',
      '(npm config get registry) and that the disk has 1 GB free; then run the same command again.',
    ].join('\n'),
  );
  process.exit(code === 0 ? 1 : code);
}

/** Runs the scripts of all packages that are there; answers whether the project's Node is there now. */
async function runScripts() {
  const code = await npm(['rebuild', '--loglevel=error'], 2).ended;
  if (code !== 0 || !existsSync(projectNode)) return false;
  writeFileSync(stampFile, packagesFingerprint());
  return true;
}

/** What npm says goes to stderr, so that the output of the program alone is on stdout. */
function npm(npmArgs, stderr) {
  const script = process.env.npm_execpath;
  const command = script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm'];
  return start(command[0], [...command.slice(1), ...npmArgs], { cwd: root, stdio: ['ignore', 2, stderr] });
}

/** Runs a program, passing signals on; `ended` is its exit code, or 128 + signal number. */
function start(command, commandArgs, options = {}) {
  const PATH = [join(modules, '.bin'), process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(command, commandArgs, { stdio: 'inherit', env: { ...process.env, PATH }, ...options });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  const ended = new Promise((finish) => {
    child.once('error', (error) => {
      console.error(`Cannot run ${command}: ${error.message}`);
      finish(error.code === 'ENOENT' ? 127 : 126);
    });
    child.once('close', (code, signal) => finish(code ?? 128 + constants.signals[signal]));
  }).finally(() => signals.forEach((signal) => process.off(signal, forward)));
  return { child, ended };
}

/** Under `npm start` the parent is npm or its shell; when that is killed, nobody else would stop the system. */
function stopWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, 500);
  timer.unref();
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
