/** The command line `steadfast`. */
import { Command, CommanderError } from 'commander';
import { readCliConfig } from '../config.ts';
import { createApi } from './api.ts';
import { resolveEndpoints } from './endpoints.ts';
import { CommandFailure, exitCode, tellFailure } from './failure.ts';
import { addOrderChanges } from './order-changes.ts';
import { addOrders } from './orders.ts';
import { createPrinter } from './printer.ts';
import { addProducts } from './products.ts';
import type { GlobalOptions, Session } from './session.ts';

const program = new Command('steadfast')
  .description('Places, follows and corrects orders.')
  .option('--server <url>', 'address of the server (else STEADFAST_URL, else the running system, else port 3000)')
  .option('--grpc <host:port>', 'address for watching (else STEADFAST_GRPC, else as for --server, port 50051)')
  .option('--json', 'print what the server answers as JSON')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(see --help)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes:
  ${exitCode.ok}  done
  ${exitCode.refused}  refused or failed; the reason is on stderr
  ${exitCode.usage}  the command was not understood
  ${exitCode.unreachable}  the server cannot be reached`,
  );

/** What a command works with, once its options are known. */
const session = (command: Command): Session => {
  const options = command.optsWithGlobals<GlobalOptions>();
  const { http, grpc } = resolveEndpoints(options, readCliConfig());
  return { api: createApi(http), grpc, print: createPrinter({ json: options.json === true }) };
};

const orders = program.command('orders').description('Place, read and change orders');
addOrders(orders, session);
addOrderChanges(orders, session);
addProducts(program.command('products').description('The catalogue and its stock'), session);

try {
  await program.parseAsync();
} catch (error) {
  // Commander has already said what it did not understand, or shown its help.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exitCode.ok : exitCode.usage);
  if (!(error instanceof CommandFailure)) throw error;
  console.error(tellFailure(error, { json: program.opts<GlobalOptions>().json === true }));
  process.exitCode = error.exitCode;
}
